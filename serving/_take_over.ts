import { takeForwarded } from "./_forward.ts";

/** Listens for requests that the generation before passes on. */
export interface TakeOver {
  /** The private socket. */
  readonly path: string;
  /** What listens there. */
  readonly server: Deno.HttpServer;
  /** Handles what comes in from now on as if it had come in at its address. */
  use(
    handlerFor: (localAddr: Deno.Addr) => Deno.ServeHandler,
    onError: (error: unknown) => Response | Promise<Response>,
  ): void;
}

/**
 * Opens a private socket, maybe long before there is an app: nobody knows of it
 * until the supervisor tells.
 */
export function openTakeOver(path: string): TakeOver {
  let handle: Deno.ServeHandler = () => new Response(null, { status: 503 });
  let handleError: (error: unknown) => Response | Promise<Response> = () =>
    new Response(null, { status: 500 });
  const server = Deno.serve(
    { path, onError: (error) => handleError(error), onListen: () => {} },
    (request, info) => handle(request, info as Deno.ServeHandlerInfo),
  );
  return {
    path,
    server,
    use(handlerFor, onError) {
      handle = takeForwarded(handlerFor);
      handleError = onError;
    },
  };
}

let count = 0;

/**
 * Where this process takes requests over, in the folder for private sockets, whose
 * names have to be short.
 */
export function takeOverPath(directory: string): string {
  return `${directory}/${Deno.pid}-${++count}.sock`;
}
