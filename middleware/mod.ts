/**
 * Middleware: functions from handler to handler, which work on `Deno.serve` as
 * well as with the rest of devserve.
 *
 * @example Usage
 * ```ts ignore
 * import { sharedData } from "@x/devserve/middleware";
 *
 * Deno.serve(sharedData(() => new Response("hi"), { "/static": "public" }));
 * ```
 *
 * @module
 */
export { type ErrorKind } from "./debugger/error_report.ts";
export { type PinFailures } from "./debugger/_pin.ts";
export {
  type DebuggedApplication,
  debuggedApplication,
  type DebuggedApplicationOptions,
  type LoggedError,
  type ModuleScope,
} from "./debugger/debugged_application.ts";
export {
  dispatcher,
  type MountedApp,
  type Mounts,
} from "./dispatcher/dispatcher.ts";
export {
  httpProxy,
  type HttpProxyTarget,
  type HttpProxyTargets,
} from "./http_proxy/http_proxy.ts";
export { lint, type LintOptions, type LintWarning } from "./lint/lint.ts";
export {
  type ProfileColumn,
  type ProfiledRequest,
  type ProfileFilenameFormat,
  profiler,
  type ProfileRestriction,
  type ProfilerOptions,
} from "./profiler/profiler.ts";
export {
  type ForwardedInfo,
  type ForwardedOriginal,
  proxyFix,
  type ProxyFixInfo,
  type ProxyFixOptions,
} from "./proxy_fix/proxy_fix.ts";
export {
  sharedData,
  type SharedDataExports,
  type SharedDataOptions,
  type SharedDataTarget,
} from "./shared_data/shared_data.ts";
export type {
  ClientCertificate,
  Handler,
  ServeInfo,
} from "../serving/handler.ts";
