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
export { type LogOption, type LogRecord, type MessageRecord } from "./_log.ts";
export { isAllowedHost } from "./allowed_hosts.ts";
export {
  type BindAddress,
  parseBindAddress,
  type TcpBindAddress,
  type UnixBindAddress,
} from "./bind_address.ts";
export { type DevServer } from "./dev_server.ts";
export {
  type App,
  type FetchApp,
  type Handler,
  type ServeInfo,
} from "./handler.ts";
export { makeServer, type ServerOptions } from "./make_server.ts";
export {
  RequestHandler,
  type RequestHandlerContext,
} from "./request_handler.ts";
export { runSimple, type RunSimpleOptions } from "./run_simple.ts";
