/**
 * A development server for Web-standard handlers: what Werkzeug's `run_simple`
 * is to Python, for Deno.
 *
 * Run as the main module it is a command line: `devserve app.ts`.
 *
 * @example Usage
 * ```ts ignore
 * import { runSimple } from "@x/devserve";
 *
 * await runSimple("localhost", 8000, () => new Response("hello"));
 * ```
 *
 * @module
 */
export {
  sharedData,
  type SharedDataExports,
  type SharedDataOptions,
  type SharedDataTarget,
} from "./middleware/shared_data/shared_data.ts";
export { type ReloaderType } from "./reloader/reloader_type.ts";
export { type AccessRecord, type LogFormat } from "./serving/access_log.ts";
export { isAllowedHost } from "./serving/allowed_hosts.ts";
export { type HostCheck, type HostRefusal } from "./serving/host_check.ts";
export { application, type WsgiApplication } from "./serving/application.ts";
export {
  type BindAddress,
  parseBindAddress,
  type TcpBindAddress,
  type UnixBindAddress,
} from "./serving/bind_address.ts";
export { type DevServer } from "./serving/dev_server.ts";
export {
  fromWsgi,
  type FromWsgiBufferedOptions,
  type FromWsgiOptions,
} from "./serving/from_wsgi.ts";
export {
  type App,
  type ClientCertificate,
  type FetchApp,
  type Handler,
  type ServeInfo,
} from "./serving/handler.ts";
export {
  type ImportString,
  parseImportString,
} from "./serving/import_string.ts";
export {
  loadApp,
  type LoadAppOptions,
  type LoadedApp,
} from "./serving/load_app.ts";
export {
  formatError,
  type FormatErrorOptions,
} from "./serving/format_error.ts";
export {
  type Log,
  type LogOption,
  type LogRecord,
  type MessageRecord,
} from "./serving/log.ts";
export { makeServer, type ServerOptions } from "./serving/make_server.ts";
export {
  RequestHandler,
  type RequestHandlerContext,
} from "./serving/request_handler.ts";
export { runSimple, type RunSimpleOptions } from "./serving/run_simple.ts";
export { toWsgi } from "./serving/to_wsgi.ts";
export {
  type StartResponse,
  type WsgiApp,
  type WsgiBody,
  type WsgiBufferedInput,
  type WsgiEnviron,
  type WsgiErrors,
  type WsgiFile,
  type WsgiInput,
  type WsgiWrite,
} from "./serving/wsgi.ts";
export { generateAdhocSslPair } from "./serving/tls/generate_adhoc_ssl_pair.ts";
export { loadSslContext } from "./serving/tls/load_ssl_context.ts";
export {
  makeSslDevcert,
  type MakeSslDevcertOptions,
} from "./serving/tls/make_ssl_devcert.ts";
export { type SslContext, type SslPair } from "./serving/tls/ssl_context.ts";

if (import.meta.main) {
  // Not awaited at the top level: an app that imports this module would wait for
  // the command line, and that waits for the app.
  import("./serving/command_line.ts")
    .then(({ commandLine }) => commandLine(Deno.args))
    .then((code) => Deno.exit(code));
}
