import type { ServeInfo } from "../../serving/handler.ts";
import { endToEnd } from "./_hop_by_hop.ts";
import { HOST_REGEXP, type ProxyPlace } from "./_proxy_route.ts";
import type { ProxyTarget } from "./_proxy_targets.ts";

/** Fields of the client that say how, and not what, it sends. */
const FRAMING = ["content-length", "host", "expect"];

/**
 * Makes the fields of the request to the upstream, all but those that say how it
 * is sent. Deno has answered `Expect: 100-continue` already.
 *
 * @param request The request of the client.
 * @param info What is known about it.
 * @param target Where it goes to.
 * @param place What it was sent to.
 * @param pseudonym By which this proxy knows itself.
 * @returns The fields.
 */
export function upstreamHeaders(
  request: Request,
  info: ServeInfo,
  target: ProxyTarget,
  place: ProxyPlace,
  pseudonym: string,
): Headers {
  const headers = new Headers();
  for (const [name, value] of endToEnd(request.headers)) {
    if (!FRAMING.includes(name)) headers.append(name, value);
  }
  if (target.xForwarded) setForwarded(headers, info, target, place);
  if (target.authorization && !headers.has("authorization")) {
    headers.set("authorization", target.authorization);
  }
  append(headers, "via", `1.1 ${pseudonym}`);
  for (const [name, value] of target.headers) headers.set(name, value);
  return headers;
}

/** The `Host` field for the upstream. */
export function upstreamHost(
  request: Request,
  target: ProxyTarget,
  place: ProxyPlace,
): string {
  return target.host ?? (request.headers.get("host") || place.authority);
}

/**
 * Says who the client is and what it asked for. Only the list of addresses goes
 * on: who comes through another proxy puts `proxyFix` around, which knows whom
 * to believe. What the client says about the rest would be taken for our word.
 */
function setForwarded(
  headers: Headers,
  info: ServeInfo,
  target: ProxyTarget,
  { scheme, authority }: ProxyPlace,
): void {
  const { remoteAddr, scriptName = "" } = info;
  const client = "hostname" in remoteAddr ? remoteAddr.hostname : undefined;
  const host = HOST_REGEXP.test(authority) ? authority : undefined;
  const port = host && /:(\d+)$/.exec(host)?.[1];
  const prefix = scriptName + (target.removePrefix ? target.prefix : "");
  if (client) append(headers, "x-forwarded-for", client);
  set(headers, "x-forwarded-proto", scheme);
  set(headers, "x-forwarded-host", host);
  set(
    headers,
    "x-forwarded-port",
    host && (port ?? (scheme === "https" ? "443" : "80")),
  );
  set(headers, "x-forwarded-prefix", prefix);
  if (headers.has("forwarded")) {
    append(headers, "forwarded", forwardedElement(client, host, scheme));
  }
}

/** RFC 7239 section 4. */
function forwardedElement(
  client: string | undefined,
  host: string | undefined,
  scheme: string,
): string {
  const node = client?.includes(":") ? `"[${client}]"` : client ?? "unknown";
  return `for=${node}${host ? `;host="${host}"` : ""};proto=${scheme}`;
}

function append(headers: Headers, name: string, value: string): void {
  const present = headers.get(name);
  headers.set(name, present ? `${present}, ${value}` : value);
}

function set(headers: Headers, name: string, value: string | undefined): void {
  if (value) headers.set(name, value);
  else headers.delete(name);
}
