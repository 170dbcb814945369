import { type ClientRequest, request as requestHttp } from "node:http";
import { request as requestHttps, type RequestOptions } from "node:https";
import type { LookupFunction } from "node:net";
import {
  createSecureContext,
  getCACertificates,
  type SecureContext,
} from "node:tls";
import type { ProxyTarget } from "./_proxy_targets.ts";

/** A request to an upstream. */
export interface UpstreamRequest {
  /** The method. */
  readonly method: string;
  /** Path and query, one character for each byte. */
  readonly target: string;
  /** Names and values in turns. */
  readonly fields: readonly string[];
  /** The body, if there is one. */
  readonly body: ReadableStream<Uint8Array> | null;
}

/** How long all fields of a response may be, in bytes; Node has a quarter. */
const MAX_FIELDS = 64 * 1024;

/** Parsing the system's certificates takes milliseconds, so once is enough. */
const secureContexts = new WeakMap<ProxyTarget, SecureContext>();

/**
 * Begins a request, on a connection of its own: one that was idle could be closed
 * by the upstream in the moment it is used.
 *
 * This is `node:http`, as `fetch` decodes what is compressed, rewrites paths, and
 * takes no certificate that cannot be verified.
 *
 * @param target Where to connect to.
 * @param sent What to send.
 * @returns The request, whose body has not been sent.
 */
export function openRequest(
  target: ProxyTarget,
  { method, target: path, fields }: UpstreamRequest,
): ClientRequest {
  const options: RequestOptions = {
    ...target.address,
    method,
    path,
    headers: fields,
    agent: false,
    setHost: false,
    maxHeaderSize: MAX_FIELDS,
  };
  if ("host" in target.address && isLocalhost(target.address.host)) {
    options.lookup = lookupLoopback;
  }
  return target.isSecure
    ? requestHttps({ ...options, ...tlsOptions(target) })
    : requestHttp(options);
}

/** Node passes all options on to the connection. */
type TlsOptions = RequestOptions & { secureContext?: SecureContext };

function tlsOptions(target: ProxyTarget): TlsOptions {
  const { caCerts, insecure } = target;
  const options: TlsOptions = { rejectUnauthorized: !insecure };
  if (caCerts.length > 0) options.secureContext = secureContextOf(target);
  return options;
}

function secureContextOf(target: ProxyTarget): SecureContext {
  const known = secureContexts.get(target);
  if (known) return known;
  const context = createSecureContext({
    ca: [...getCACertificates("default"), ...target.caCerts],
  });
  secureContexts.set(target, context);
  return context;
}

/** RFC 6761 section 6.3. */
function isLocalhost(host: string): boolean {
  return /(?:^|\.)localhost\.?$/.test(host);
}

/** Servers listen on either loopback, and systems know one or both by name. */
const lookupLoopback: LookupFunction = (_name, { all }, callback) => {
  const addresses = [
    { address: "127.0.0.1", family: 4 },
    { address: "::1", family: 6 },
  ];
  if (all) callback(null, addresses);
  else callback(null, "127.0.0.1", 4);
};
