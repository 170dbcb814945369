import { hostName, isAllowedHost } from "./allowed_hosts.ts";
import { escapeControl } from "./_escape_control.ts";

/** Why a request is not served. */
export interface HostRefusal {
  /** 400 without a valid host, 421 (Misdirected Request) with a foreign one. */
  readonly status: 400 | 421;
  /** What the client is told. */
  readonly text: string;
  /** What the log says: how to allow it. */
  readonly hint: string;
}

/** Looks at the host of a request, and says why it is refused if it is. */
export type HostCheck = (request: Request) => HostRefusal | undefined;

/**
 * Makes the check of RFC 9110 section 7.4 and RFC 9112 section 3.2. It looks at
 * the URL, which holds the host in all versions of HTTP.
 *
 * @param allowed The hosts that are served.
 * @param allowHint How the user allows another one.
 */
export function hostCheck(
  allowed: readonly string[],
  allowHint: (host: string) => string,
): HostCheck {
  // What nearly every request begins with, the final slash included.
  let lastOrigin = "//";

  return function checkHost(request: Request): HostRefusal | undefined {
    const { url } = request;
    if (url.startsWith(lastOrigin)) return undefined;
    const host = authority(url);
    // Deno puts "localhost" there when there is no Host header.
    const isLocalhost = host.startsWith("localhost");
    if (isLocalhost && isWithoutHost(request)) return WITHOUT_HOST;
    if (!isAllowedHost(host, allowed)) return refuse(host, allowHint);
    if (!isLocalhost) {
      lastOrigin = url.slice(0, url.indexOf("://") + 3 + host.length + 1);
      if (!lastOrigin.endsWith("/")) lastOrigin = "//";
    }
    return undefined;
  };
}

const WITHOUT_HOST: HostRefusal = {
  status: 400,
  text: "Bad Request: the Host header is missing or empty",
  hint: "Refused a request without Host header (RFC 9112 section 3.2)",
};

function refuse(
  host: string,
  allowHint: (host: string) => string,
): HostRefusal {
  const shown = escapeControl(host);
  const name = shown.replace(/:\d*$/, "");
  return hostName(host) !== undefined
    ? {
      status: 421,
      text: `Misdirected Request: the host "${name}" is not served here`,
      hint: `Refused a request for host "${name}": ${allowHint(name)}`,
    }
    : {
      status: 400,
      text: "Bad Request: the Host header is malformed",
      hint: `Refused a request with the malformed host "${shown}"`,
    };
}

function authority(url: string): string {
  const start = url.indexOf("://") + 3;
  const end = url.indexOf("/", start);
  return end === -1 ? url.slice(start) : url.slice(start, end);
}

/**
 * Whether a request of HTTP/1 has no host. In HTTP/2 the host is in the URL and
 * there is rightly no header, and nothing public tells the versions apart; but
 * Deno calls the handlers of HTTP/2 by another path. If that changes, requests
 * without a host are served, which harms nobody: browsers always send it.
 */
function isWithoutHost(request: Request): boolean {
  if (request.headers.get("host")) return false;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 20;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return stack?.includes("nativeDispatch") === true;
}
