import { VERSION } from "./_version.ts";
import { wrapFile } from "./_wsgi_file_wrapper.ts";
import { splitAuthority, splitTarget, splitUrl } from "./_wsgi_target.ts";
import type { ServeInfo } from "./handler.ts";
import type { WsgiEnviron, WsgiErrors } from "./wsgi.ts";

/**
 * Makes the environ of a request.
 *
 * @typeParam Input The kind of `wsgi.input`.
 * @param request The request.
 * @param info What is known about the connection.
 * @param input The request body.
 * @param errors Where errors are reported.
 * @returns The environ.
 */
export function createEnviron<Input>(
  request: Request,
  info: ServeInfo,
  input: Input,
  errors: WsgiErrors,
): WsgiEnviron<Input> {
  return {
    ...requestVariables(request, info),
    SERVER_SOFTWARE: `devserve/${VERSION}`,
    "wsgi.version": [1, 0],
    "wsgi.input": input,
    "wsgi.input_terminated": true,
    "wsgi.errors": errors,
    // What other workers run is another app. An `async` app meets only itself,
    // wherever it awaits something.
    "wsgi.multithread": false,
    "wsgi.multiprocess": false,
    "wsgi.run_once": false,
    "wsgi.file_wrapper": wrapFile,
    "devserve.request": request,
    "devserve.info": info,
  };
}

/** The variables of an environ that come from the request, all text. */
export type RequestVariables = {
  REQUEST_METHOD: string;
  SCRIPT_NAME: string;
  PATH_INFO: string;
  QUERY_STRING: string;
  RAW_URI: string;
  REQUEST_URI: string;
  SERVER_NAME: string;
  SERVER_PORT: string;
  SERVER_PROTOCOL: string;
  REMOTE_ADDR: string;
  REMOTE_PORT: string;
  "wsgi.url_scheme": string;
  [header: string]: string;
};

/**
 * Describes a request as PEP 3333 and RFC 3875 want it.
 *
 * @param request The request.
 * @param info What is known about the connection.
 * @returns The variables.
 */
export function requestVariables(
  request: Request,
  info: ServeInfo,
): RequestVariables {
  const { scheme, authority, raw } = splitUrl(request.url);
  const { path, query } = splitTarget(raw);
  return {
    REQUEST_METHOD: request.method,
    SCRIPT_NAME: info.scriptName ?? "",
    PATH_INFO: path,
    QUERY_STRING: query,
    RAW_URI: raw,
    REQUEST_URI: raw,
    SERVER_PROTOCOL: "HTTP/1.1",
    "wsgi.url_scheme": scheme,
    ...serverVariables(info, scheme, authority),
    ...remoteVariables(info),
    ...headerVariables(request.headers, authority),
  };
}

/** The bound address; failing that, as with Unix sockets, the one asked for. */
function serverVariables(
  { localAddr }: ServeInfo,
  scheme: string,
  authority: string,
): { SERVER_NAME: string; SERVER_PORT: string } {
  if (localAddr && "hostname" in localAddr) {
    const { hostname, port } = localAddr;
    return {
      // Brackets, so that name and port make up a URL (RFC 3875, 4.1.14).
      SERVER_NAME: hostname.includes(":") ? `[${hostname}]` : hostname,
      SERVER_PORT: String(port),
    };
  }
  const { host, port } = splitAuthority(authority);
  return {
    SERVER_NAME: host || "localhost",
    SERVER_PORT: port || (scheme === "https" ? "443" : "80"),
  };
}

/** Describes the client. */
export function remoteVariables(
  { remoteAddr }: ServeInfo,
): { REMOTE_ADDR: string; REMOTE_PORT: string } {
  return "hostname" in remoteAddr
    ? {
      REMOTE_ADDR: remoteAddr.hostname,
      REMOTE_PORT: String(remoteAddr.port),
    }
    : { REMOTE_ADDR: "<local>", REMOTE_PORT: "0" };
}

function headerVariables(
  headers: Headers,
  authority: string,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of headers) {
    // "X_Forwarded_For" would pass for "X-Forwarded-For", which proxies guard.
    if (name.includes("_")) continue;
    const key = name.toUpperCase().replaceAll("-", "_");
    if (key === "CONTENT_TYPE" || key === "CONTENT_LENGTH") {
      variables[key] = value;
    } else {
      // A target with a host overrides "Host" (RFC 9112, 3.2.2).
      variables[`HTTP_${key}`] = key === "HOST" ? authority : value;
    }
  }
  return variables;
}
