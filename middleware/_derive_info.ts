import type { ServeInfo } from "../serving/handler.ts";

/**
 * Makes the info for a handler further in, with more in it or something else.
 * What Deno passes has getters of its own, which a spread would leave out, and
 * `completed` is only for who asks for it.
 */
export function deriveInfo<Info extends ServeInfo, More extends object>(
  info: Info,
  more: More,
): Omit<Info, keyof More> & More {
  return {
    remoteAddr: info.remoteAddr,
    get completed() {
      return info.completed;
    },
    ...ownProperties(info),
    ...more,
  } as Omit<Info, keyof More> & More;
}

/** Those of an info that was derived before, its getters not called. */
function ownProperties(info: ServeInfo): object {
  const { completed: _completed, ...rest } = Object.getOwnPropertyDescriptors(
    info,
  );
  return Object.defineProperties({}, rest);
}
