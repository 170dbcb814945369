import type { FetchApp, Handler } from "./handler.ts";

/** What holds the server that a module believes to have to the real one. */
export interface ServerLink {
  /** Settles when the module shuts its server down, or after `close`. */
  readonly closed: Promise<void>;
  /** Tells the module that its server is over. */
  close(): void;
  /** Whether the module has asked when that is. */
  isAwaited(): boolean;
}

/** What to do with calls of `Deno.serve`. */
export interface ServeWatcher {
  /** Takes a call, or leaves it to the real `Deno.serve` by returning `false`. */
  take: (app: FetchApp, server: ServerLink) => boolean;
  /** Called when someone asks for a taken server's `finished`. */
  onFinishedRead: () => void;
  /** Called when a taken server is shut down before the real one is back. */
  onClosed: () => void;
}

type Serve = (...args: unknown[]) => Deno.HttpServer;

/**
 * Puts something else in the place of `Deno.serve`.
 *
 * @returns What puts the real one back. A reference that was kept to the other
 * one leads to the real one from then on.
 */
export function replaceServe(watcher: ServeWatcher): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(Deno, "serve")!;
  const real = Deno.serve as Serve;
  let isActive = true;
  const serve: Serve = (...args) => {
    const call = isActive ? readCall(args) : undefined;
    if (call === undefined) return real(...args);
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    let isClosed = false;
    let isAwaited = false;
    const close = () => {
      if (isActive && !isClosed) watcher.onClosed();
      isClosed = true;
      resolve();
    };
    const link = { closed, close, isAwaited: () => isAwaited };
    const app = toFetchApp(call);
    if (!watcher.take(app, link)) return real(...args);
    return lookAlike(call, app, {
      ...link,
      onFinishedRead: () => {
        isAwaited = true;
        if (isActive) watcher.onFinishedRead();
      },
    });
  };
  Object.defineProperty(Deno, "serve", {
    value: serve,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  return () => {
    isActive = false;
    if (Reflect.get(Deno, "serve") === serve) {
      Object.defineProperty(Deno, "serve", descriptor);
    }
  };
}

/** A call of `Deno.serve`, whichever of its forms was used. */
interface ServeCall {
  handler: Handler;
  options: Deno.ServeOptions & {
    hostname?: string;
    port?: number;
    path?: string;
  };
}

/** Reads the forms `(handler)`, `(options, handler)` and `({ handler })`. */
function readCall([first, second]: unknown[]): ServeCall | undefined {
  if (typeof first === "function") {
    return { handler: first as Handler, options: {} };
  }
  if (typeof first !== "object" || first === null) return undefined;
  const handler = second ?? Reflect.get(first, "handler");
  return typeof handler === "function"
    ? { handler: handler as Handler, options: first }
    : undefined;
}

function toFetchApp({ handler, options }: ServeCall): FetchApp {
  const { onError, onListen } = options;
  return {
    fetch: onError === undefined ? handler : withOnError(handler, onError),
    ...(onListen && { onListen: (address) => onListen(address) }),
  };
}

function withOnError(
  handler: Handler,
  onError: (error: unknown) => Response | Promise<Response>,
): Handler {
  return async function handlerWithOnError(request, info) {
    try {
      return await handler(request, info);
    } catch (error) {
      return await onError(error);
    }
  };
}

/** What a server that looks alike is made of. */
interface LookAlikeParts extends ServerLink {
  onFinishedRead: () => void;
}

/** A server that listens to nothing. Its address is the wanted one at first. */
function lookAlike(
  { options }: ServeCall,
  app: FetchApp,
  { closed, close, onFinishedRead }: LookAlikeParts,
): Deno.HttpServer {
  const { hostname = "0.0.0.0", port = 8000, path, signal } = options;
  let addr: Deno.Addr = path === undefined
    ? { transport: "tcp", hostname, port }
    : { transport: "unix", path };
  // A server of `Deno.serve` has one address, the real one may have several.
  let isListening = false;
  const { onListen } = app;
  app.onListen = (address) => {
    if (isListening) return;
    isListening = true;
    addr = address;
    onListen?.(address);
  };
  const shutdown = () => {
    close();
    return closed;
  };
  if (signal?.aborted) close();
  signal?.addEventListener("abort", shutdown, { once: true });
  return {
    get finished() {
      onFinishedRead();
      return closed;
    },
    get addr() {
      return addr;
    },
    ref: () => {},
    unref: () => {},
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}
