import type { ServeInfo } from "../serving/handler.ts";

/** On the global registry, as there may be several copies of this module. */
const ORIGINAL = Symbol.for("devserve.originalInfo");

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
    [ORIGINAL]: originalInfo(info),
  } as unknown as Omit<Info, keyof More> & More;
}

/** The info of the server that one was derived from. */
export function originalInfo(info: object): object {
  const original: unknown = Reflect.get(info, ORIGINAL);
  return original instanceof Object ? original : info;
}

/** Those of an info that was derived before, its getters not called. */
function ownProperties(info: ServeInfo): object {
  const { completed: _completed, ...rest } = Object.getOwnPropertyDescriptors(
    info,
  );
  return Object.defineProperties({}, rest);
}
