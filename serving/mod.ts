/**
 * Serves an app: binding, the life of a request, logs, adapters.
 *
 * @example Usage
 * ```ts
 * import { makeServer } from "@x/devserve/serving";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = makeServer("localhost", 0, () => new Response("hi"));
 * assertEquals(await (await fetch(server.url)).text(), "hi");
 * ```
 *
 * @module
 */
export { type AccessRecord, type LogFormat } from "./access_log.ts";
export { isAllowedHost } from "./allowed_hosts.ts";
export { type HostCheck, type HostRefusal } from "./host_check.ts";
export { application, type WsgiApplication } from "./application.ts";
export {
  type BindAddress,
  parseBindAddress,
  type TcpBindAddress,
  type UnixBindAddress,
} from "./bind_address.ts";
export { type DevServer } from "./dev_server.ts";
export {
  fromWsgi,
  type FromWsgiBufferedOptions,
  type FromWsgiOptions,
} from "./from_wsgi.ts";
export {
  type App,
  type ClientCertificate,
  type FetchApp,
  type Handler,
  type ServeInfo,
} from "./handler.ts";
export { type ImportString, parseImportString } from "./import_string.ts";
export { loadApp, type LoadAppOptions, type LoadedApp } from "./load_app.ts";
export { formatError, type FormatErrorOptions } from "./format_error.ts";
export {
  type Log,
  type LogOption,
  type LogRecord,
  type MessageRecord,
} from "./log.ts";
export { makeServer, type ServerOptions } from "./make_server.ts";
export {
  RequestHandler,
  type RequestHandlerContext,
} from "./request_handler.ts";
export { runSimple, type RunSimpleOptions } from "./run_simple.ts";
export { type ReloaderType } from "../reloader/reloader_type.ts";
export {
  type SharedDataExports,
  type SharedDataTarget,
} from "../middleware/shared_data/shared_data.ts";
export { toWsgi } from "./to_wsgi.ts";
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
} from "./wsgi.ts";
export { generateAdhocSslPair } from "./tls/generate_adhoc_ssl_pair.ts";
export { loadSslContext } from "./tls/load_ssl_context.ts";
export {
  makeSslDevcert,
  type MakeSslDevcertOptions,
} from "./tls/make_ssl_devcert.ts";
export { type SslContext, type SslPair } from "./tls/ssl_context.ts";
