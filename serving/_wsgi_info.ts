import { remoteVariables } from "./_wsgi_environ.ts";
import type { ServeInfo } from "./handler.ts";
import type { WsgiEnviron } from "./wsgi.ts";

/**
 * Makes a handler's second argument from an environ.
 *
 * @param environ The environ.
 * @param completed Settles with the response, for an environ of another server.
 * @returns What is known about the connection.
 */
export function infoFrom(
  environ: WsgiEnviron<unknown>,
  completed: Promise<void>,
): ServeInfo {
  const { "devserve.info": known, REMOTE_ADDR = "", REMOTE_PORT } = environ;
  if (!known) {
    return { remoteAddr: remoteAddr(REMOTE_ADDR, REMOTE_PORT), completed };
  }
  const own = remoteVariables(known);
  if (own.REMOTE_ADDR === REMOTE_ADDR && own.REMOTE_PORT === REMOTE_PORT) {
    return known;
  }
  // Middleware has found out who the client really is.
  return {
    remoteAddr: remoteAddr(REMOTE_ADDR, REMOTE_PORT),
    // Only on demand: a promise that is asked for has to be handled.
    get completed() {
      return known.completed;
    },
    ...(known.localAddr && { localAddr: known.localAddr }),
  };
}

function remoteAddr(hostname: string, port = "0"): Deno.Addr {
  return hostname === "<local>"
    ? { transport: "unix", path: "" }
    : { transport: "tcp", hostname, port: Number(port) };
}
