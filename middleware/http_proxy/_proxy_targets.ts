import {
  parseTargetUrl,
  type TargetAddress,
  whereTo,
} from "./_proxy_address.ts";
import { HOST_REGEXP } from "./_proxy_route.ts";
import { pathSegments } from "../_url_path_segments.ts";
import type { HttpProxyTarget, HttpProxyTargets } from "./http_proxy.ts";

/** A target whose options were checked. */
export interface ProxyTarget extends TargetAddress {
  /** The decoded segments of the prefix. */
  readonly segments: readonly string[];
  /** The prefix, encoded, without a slash at the end. */
  readonly prefix: string;
  /** The `Host` field, `null` for that of the client. */
  readonly host: string | null;
  /** Whether to leave out the prefix. */
  readonly removePrefix: boolean;
  /** Fields to set. */
  readonly headers: Headers;
  /** How long to wait, in milliseconds. */
  readonly timeout: number;
  /** Certificates to trust, in PEM format. */
  readonly caCerts: readonly string[];
  /** Whether to take any certificate. */
  readonly insecure: boolean;
  /** Whether to tell the upstream about the client. */
  readonly xForwarded: boolean;
}

/** Fields that say where and how a message is sent, which is our work. */
const OWN_FIELDS = [
  "connection",
  "content-length",
  "host",
  "transfer-encoding",
  "upgrade",
];

/** Checks all targets, and sorts them so that the first that fits is the one. */
export function resolveTargets(targets: HttpProxyTargets): ProxyTarget[] {
  if (typeof targets !== "object" || targets === null) {
    fail("targets", targets, "an object of URL prefixes and targets");
  }
  const resolved = Object.entries(targets).map(([prefix, target]) =>
    resolveTarget(prefix, target)
  );
  resolved.sort((a, b) => b.segments.length - a.segments.length);
  const seen = new Set<string>();
  for (const { segments, prefix } of resolved) {
    const key = JSON.stringify(segments);
    if (seen.has(key)) {
      throw new TypeError(
        `Cannot proxy "${prefix || "/"}": the prefix is given twice`,
      );
    }
    seen.add(key);
  }
  return resolved;
}

function resolveTarget(
  key: string,
  given: string | HttpProxyTarget,
): ProxyTarget {
  const prefix = key.replace(/\/+$/, "");
  const segments = /^\/[^?#]*$/.test(key) ? pathSegments(prefix) : undefined;
  if (!segments) fail("each prefix", key, 'a URL path that begins with "/"');
  const options = typeof given === "string" ? { target: given } : given;
  if (typeof options !== "object" || options === null) {
    fail(`the target of "${key}"`, given, "a URL or an object of options");
  }
  const url = parseTargetUrl(key, options.target);
  const { host, headers, timeout, ...settings } = withDefaults(options);
  checkSettings(settings);
  return {
    ...settings,
    segments,
    // It goes into a field, too.
    prefix: prefix.toWellFormed().replace(/[^!-~]+/g, encodeURIComponent),
    ...whereTo(url),
    host: host === "<auto>" ? url.host || "localhost" : checkHost(host),
    headers: checkHeaders(key, headers),
    timeout: checkTimeout(key, timeout),
  };
}

function withDefaults(
  { target: _target, ...options }: HttpProxyTarget,
): Required<Omit<HttpProxyTarget, "target">> {
  const {
    removePrefix = false,
    host = "<auto>",
    headers = {},
    timeout = 10,
    caCerts = [],
    insecure = false,
    xForwarded = true,
  } = options;
  return {
    removePrefix,
    host,
    headers,
    timeout,
    caCerts,
    insecure,
    xForwarded,
  };
}

function checkSettings(
  { caCerts, ...booleans }: Pick<
    ProxyTarget,
    "removePrefix" | "insecure" | "xForwarded" | "caCerts"
  >,
): void {
  for (const [name, value] of Object.entries(booleans)) {
    if (typeof value !== "boolean") fail(name, value, "a boolean");
  }
  const isText = (pem: unknown) => typeof pem === "string";
  if (!Array.isArray(caCerts) || !caCerts.every(isText)) {
    fail("caCerts", caCerts, "an array of certificates in PEM format");
  }
}

function checkHost(host: unknown): string | null {
  if (host === null) return host;
  if (typeof host === "string" && HOST_REGEXP.test(host)) return host;
  fail("host", host, '"<auto>", null, or a host with or without a port');
}

/** Makes milliseconds of it. */
function checkTimeout(key: string, timeout: unknown): number {
  if (typeof timeout !== "number") fail("timeout", timeout, "a number");
  if (timeout > 0) return timeout * 1000;
  throw new RangeError(
    `Cannot proxy "${key}" as timeout must be a number of seconds above 0: current value is ${timeout}`,
  );
}

function checkHeaders(key: string, given: unknown): Headers {
  if (typeof given !== "object" || given === null) {
    fail("headers", given, "an object of names and values");
  }
  let headers: Headers;
  try {
    headers = new Headers(given as Record<string, string>);
  } catch (cause) {
    throw new TypeError(
      `Cannot proxy "${key}": headers has a name or value that cannot be sent`,
      { cause },
    );
  }
  const own = OWN_FIELDS.find((name) => headers.has(name));
  if (own === undefined) return headers;
  throw new TypeError(
    `Cannot proxy "${key}" with "${own}" in headers: ${
      own === "host" ? "set the option host" : "it is set by the proxy"
    }`,
  );
}

function fail(name: string, value: unknown, wanted: string): never {
  throw new TypeError(
    `Cannot proxy as ${name} must be ${wanted}: current value is ${
      Deno.inspect(value)
    }`,
  );
}
