import { hostName } from "./allowed_hosts.ts";

/** The first byte of a TLS connection: a handshake record (RFC 8446, 5.1). */
const HANDSHAKE = 0x16;

const METHOD_REGEXP = /^[A-Z]+ (\S+) HTTP\/1\.[01]\r\n/;
const HOST_REGEXP = /^host:[ \t]*(\S+)[ \t]*\r$/im;

/**
 * Answers a client that speaks HTTP where HTTPS is served: sends it to the right
 * URL, which keeps the method (308, RFC 9110 section 15.4.9).
 *
 * @param first What the client has sent first.
 * @returns The answer; `undefined` if the client speaks TLS.
 */
export function answerPlainHttp(first: Uint8Array): Uint8Array | undefined {
  if (first[0] === HANDSHAKE) return undefined;
  const text = new TextDecoder("latin1").decode(first);
  const target = METHOD_REGEXP.exec(text)?.[1];
  const host = HOST_REGEXP.exec(text)?.[1];
  const url = target?.startsWith("/") && host && hostName(host) !== undefined
    ? URL.parse(`https://${host}${target}`)
    : null;
  const [status, body] = url === null
    ? ["400 Bad Request", "Bad Request: this port is for HTTPS\n"]
    : ["308 Permanent Redirect", `This port is for HTTPS: ${url}\n`];
  const head = [
    `HTTP/1.1 ${status}`,
    ...url === null ? [] : [`Location: ${url}`],
    // A browser must not remember it: the port may serve HTTP tomorrow.
    "Cache-Control: no-store",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${body.length}`,
    "Connection: close",
  ];
  return new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${body}`);
}
