import type { Handler } from "./handler.ts";

/** Milliseconds after which a handler is loaded that was not needed so far. */
const IDLE_MS = 150;

/** The paths that are devserve's own. */
const OWN_PATH = "/__devserve/";

/** Makes a handler around an app. */
export type Wrap = (app: Handler) => Handler;

/**
 * Puts a handler around an app that takes its time to load, and matters to
 * requests that fail alone: until it is there, the app is called without it. An
 * error waits for it, and is then thrown inside of it.
 *
 * @param app The app.
 * @param load Loads what wraps it.
 */
export function lazyHandler(app: Handler, load: () => Promise<Wrap>): Handler {
  const failures = new WeakMap<Request, { error: unknown }>();
  let wrapped: Handler | undefined;
  let loading: Promise<Handler> | undefined;

  function inner(...[request, info]: Parameters<Handler>): ReturnType<Handler> {
    const failure = failures.get(request);
    if (failure !== undefined) throw failure.error;
    return app(request, info);
  }

  async function loadOnce(): Promise<Handler> {
    wrapped = (await load())(inner);
    return wrapped;
  }

  async function pass(
    ...[request, info]: Parameters<Handler>
  ): Promise<Response> {
    return await (await (loading ??= loadOnce()))(request, info);
  }

  const timer = setTimeout(() => loading ??= loadOnce(), IDLE_MS);
  Deno.unrefTimer(timer);

  return function handleLazily(request, info) {
    if (wrapped !== undefined) return wrapped(request, info);
    const { url } = request;
    if (url.includes(OWN_PATH)) return pass(request, info);
    const fail = (error: unknown) => {
      failures.set(request, { error });
      return pass(request, info);
    };
    try {
      const result = app(request, info);
      return result instanceof Promise ? result.catch(fail) : result;
    } catch (error) {
      return fail(error);
    }
  };
}
