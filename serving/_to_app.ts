import type { App, FetchApp, Handler } from "./handler.ts";

/** What is thought to be an app, or the reason why it is none. */
export type Verdict = { app: App } | { problem: string };

const NODE_STYLE =
  "in the style of Node (Express, Koa, Fastify), which writes to a response object and is started with a listen() of its own";

/**
 * Takes a value as an app: a handler, an object with a `fetch` method, which
 * stays the object it is so that `this` is right, or a class of such objects.
 */
export function toApp(value: unknown): Verdict {
  if (isConstructor(value)) {
    const made: unknown = Reflect.construct(value, []);
    return hasFetch(made)
      ? { app: made }
      : { problem: "a class of objects without a fetch method" };
  }
  if (hasFetch(value)) {
    return { app: isCallable(value) ? asObject(value) : value };
  }
  if (isNodeStyle(value)) {
    return { problem: `${describe(value)} ${NODE_STYLE}` };
  }
  return isCallable(value)
    ? { app: value as Handler }
    : { problem: describe(value) };
}

/** Whether {@linkcode toApp} will take a value, found out without calling it. */
export function looksLikeApp(value: unknown): boolean {
  if (isConstructor(value)) return hasFetch(value.prototype);
  return hasFetch(value) || isCallable(value) && !isNodeStyle(value);
}

/** Whether a value is a class, which can only be called with `new`. */
export function isClass(value: unknown): boolean {
  return isCallable(value) &&
    /^class\b/.test(Function.prototype.toString.call(value));
}

/** Whether a value is a function or a class. */
// deno-lint-ignore ban-types -- classes as well, which no signature covers
export function isCallable(value: unknown): value is Function {
  return typeof value === "function";
}

/** A value's kind, with its article: "a string", "an object". */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isCallable(value)) return isClass(value) ? "a class" : "a function";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/**
 * Waits for a promise. The value comes wrapped, and apps are not waited for,
 * since some (itty-router) make a method of every name, `then` included.
 */
export async function settle(value: unknown): Promise<{ value: unknown }> {
  return { value: hasFetch(value) ? value : await value };
}

/** Whether a value has a `fetch` method. */
export function hasFetch(value: unknown): value is FetchApp {
  return (isCallable(value) || typeof value === "object" && value !== null) &&
    "fetch" in value && isCallable(value.fetch);
}

/** A class to make an app of. One with a static `fetch` is an app itself. */
// deno-lint-ignore ban-types -- as above
function isConstructor(value: unknown): value is Function {
  return isCallable(value) && !hasFetch(value) &&
    (isClass(value) || hasFetch(value.prototype));
}

/** A function that has `fetch` besides is served by that, as the contract is. */
function asObject(app: FetchApp): FetchApp {
  return {
    fetch: (request, info) => app.fetch(request, info),
    ...(app.onListen && { onListen: (address) => app.onListen?.(address) }),
  };
}

function isNodeStyle(value: unknown): boolean {
  if (isCallable(value) && !isClass(value) && value.length > 2) return true;
  return (isCallable(value) || typeof value === "object" && value !== null) &&
    "listen" in value && isCallable(value.listen);
}
