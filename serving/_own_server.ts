import type { App } from "./handler.ts";
import { replaceServe, type ServerLink } from "./_replace_serve.ts";

/** An app that a module wanted to serve by itself while it was loaded. */
export interface OwnServer {
  /** What it serves. */
  app: App;
  /** How it went about it. */
  name: "Deno.serve" | "runSimple";
  /** The server it believes to have. `runSimple` gives none away. */
  server?: ServerLink;
}

/** How a load ended: with a value, or waiting for a server of its own to end. */
export interface CaughtLoad<T> {
  /** What was loaded, unless the load still waits. */
  loaded?: { value: T };
  /** The first app that the module wanted to serve. */
  own?: OwnServer;
  /** Settles when such a load that still waits is over, however it ends. */
  ran?: Promise<void>;
}

/** Settings of {@linkcode withServeCaught}, for tests. */
export interface CatchOptions {
  /** Milliseconds that a load may go on after it has served. */
  grace?: number;
}

/** Shared through the global object, as the app may import another copy of us. */
const CAPTURE = Symbol.for("devserve.capture");

/**
 * Hands an app to the load that is under way, which then serves it. `runSimple`
 * calls this first, and does nothing more when it is `true`.
 */
export function captured(app: App): boolean {
  const capture: unknown = Reflect.get(globalThis, CAPTURE);
  return typeof capture === "function" && capture(app) === true;
}

/**
 * Has {@linkcode captured} call `capture` from now on.
 *
 * @returns What ends it.
 */
export function beginCapture(capture: (app: App) => boolean): () => void {
  Reflect.set(globalThis, CAPTURE, capture);
  return () => {
    if (Reflect.get(globalThis, CAPTURE) === capture) {
      Reflect.deleteProperty(globalThis, CAPTURE);
    }
  };
}

/**
 * Loads a module that may serve by itself, with `Deno.serve` or `runSimple`, and
 * takes the first app it serves so instead of letting it. A second one is let
 * through, and so is all that comes after the load.
 *
 * Such a module may never finish loading: `await Deno.serve(app).finished`. But
 * it may as well go on and export something. So there are two limits to it: once
 * it has asked for `finished`, it has until the event loop's next turn, which is
 * enough for one that does not wait for it; otherwise `grace` milliseconds, which
 * one may need that opens a database meanwhile, and one that loops over file
 * events never gets along with. What is thrown after that is an unhandled
 * rejection, as it would be without us.
 */
export async function withServeCaught<T>(
  load: () => Promise<T>,
  { grace = 250 }: CatchOptions = {},
): Promise<CaughtLoad<T>> {
  const waited = Promise.withResolvers<CaughtLoad<T>>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const caught: { own?: OwnServer } = {};
  const settleIn = (delay: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => waited.resolve({ ...caught }), delay);
  };
  const take = (own: OwnServer) => {
    if (caught.own !== undefined) return false;
    caught.own = own;
    settleIn(grace);
    return true;
  };
  const endCapture = beginCapture((app) => take({ app, name: "runSimple" }));
  const restore = replaceServe({
    take: (app, server) => take({ app, name: "Deno.serve", server }),
    onFinishedRead: () => caught.own && settleIn(0),
    // A server that is over before the load is was for something else.
    onClosed: () => {
      clearTimeout(timer);
      delete caught.own;
    },
  });

  try {
    const loading = load();
    const result = await Promise.race([
      loading.then((value) => ({ loaded: { value }, ...caught })),
      waited.promise,
    ]);
    if (result.loaded !== undefined) return result;
    raiseLater(loading);
    const over = () => {};
    return { ...result, ran: loading.then(over, over) };
  } finally {
    // Deno takes some milliseconds to load the first use of timers.
    if (timer !== undefined) clearTimeout(timer);
    restore();
    endCapture();
  }
}

/** Makes a rejection that nobody waits for anymore an unhandled one. */
function raiseLater(promise: Promise<unknown>): void {
  promise.catch((error) => void Promise.reject(error));
}
