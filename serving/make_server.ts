import {
  checkAddresses,
  checkApp,
  checkServerOptions,
} from "./_check_options.ts";
import type { DevServer } from "./dev_server.ts";
import type { App } from "./handler.ts";
import { createLog, type LogOption } from "./log.ts";
import type { RequestHandler } from "./request_handler.ts";
import type { SharedDataExports } from "../middleware/shared_data/shared_data.ts";
import { loadSslSync } from "./_load_ssl_sync.ts";
import { startServer } from "./_start_server.ts";
import type { SslContext } from "./tls/ssl_context.ts";

/** Options for {@linkcode makeServer}. */
export interface ServerOptions {
  /**
   * Replaces the class that leads requests through the server.
   *
   * @default {RequestHandler}
   */
  requestHandler?: typeof RequestHandler;
  /**
   * Serves files: URL prefix to directory, file or `[specifier, subpath]`, as
   * {@linkcode sharedData} does. Anybody who can reach the server can read them.
   */
  staticFiles?: SharedDataExports;
  /**
   * Lets the first error that the app throws stop the server;
   * {@linkcode DevServer.finished} rejects with it.
   *
   * @default {false}
   */
  passthroughErrors?: boolean;
  /**
   * Where the log goes: `"dev"`, `"common"`, `"combined"` or `"json"` to
   * standard error; `false` for warnings and errors alone; or a function that is
   * given each record.
   *
   * @default {"dev"}
   */
  log?: LogOption;
  /**
   * The hosts that may be asked for: names, `".name"` for all below a name as
   * well, IP addresses, or `"*"` for any. It guards against DNS rebinding: with
   * `"*"` any web page can read what this server serves. The default is what is
   * bound, `localhost`, `*.localhost`, and any IP address on a loopback; with all
   * interfaces bound it is any host. The names of a certificate that is given are
   * allowed as well.
   */
  allowedHosts?: readonly string[];
  /**
   * How long requests may take after the server was told to stop, in seconds:
   * a day at most.
   *
   * @default {5}
   */
  gracePeriod?: number;
  /**
   * Serves HTTPS (HTTP/1.1 and HTTP/2) with this certificate: `"adhoc"` for one
   * that is made when needed and kept, signed by the user's own development CA;
   * the files of a certificate and its key; or both as PEM text. With `ca` only
   * clients with a certificate signed by that are served, and
   * `info.clientCertificate` says who they are.
   * Unix sockets stay with HTTP.
   */
  sslContext?: SslContext;
  /**
   * Whether responses get the header `Server: devserve/<version>`, unless they
   * have one.
   *
   * @default {true}
   */
  serverHeader?: boolean;
}

/**
 * Makes a server that listens on return and serves until it is told to stop. It
 * neither prints a banner nor listens to signals; {@linkcode runSimple} does.
 *
 * Requires `--allow-net` permission; for a Unix socket `--allow-read` and
 * `--allow-write` as well, and `--allow-sys` if it has a mode.
 *
 * @param hostname A host name, an IP address, `unix://` and a path, or several of
 * these, each of which may have a port of its own (`[::1]:8001`). `localhost`
 * means both loopbacks.
 * @param port The port of those that have none. `0` takes a free one.
 * @param app The app.
 * @param options Additional options.
 * @returns The running server.
 * @throws {TypeError} If an argument or an option has the wrong type.
 * @throws {RangeError} If a number is out of range.
 * @throws {Deno.errors.AddrInUse} If an address is in use.
 * @throws {Deno.errors.NotFound} If a static file does not exist.
 *
 * @example Usage
 * ```ts
 * import { makeServer } from "@x/devserve";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = makeServer("localhost", 0, () => new Response("hi"));
 * const response = await fetch(server.url);
 * assertEquals(await response.text(), "hi");
 * ```
 */
export function makeServer(
  hostname: string | readonly string[],
  port: number,
  app: App,
  options: ServerOptions = {},
): DevServer {
  const addresses = checkAddresses(hostname, port);
  const handler = checkApp(app);
  checkServerOptions(options);
  const { log: logOption = "dev" } = options;
  return startServer(addresses, handler, options, {
    log: createLog(logOption),
    ssl: loadSslSync(addresses, options),
  });
}
