import { rawExchange } from "../_raw_http.ts";

/** All that came over the socket for one request. */
export interface FileResponse {
  /** The status code. */
  status: number;
  /** The header fields. */
  headers: Headers;
  /** Everything after the head until the connection ended. */
  body: string;
  /** Whether that has as many bytes as `Content-Length` announced. */
  isComplete: boolean;
}

/**
 * Sends a request whose target and header fields no URL parser or client
 * library has touched, and reads until the server closes the connection.
 *
 * @param port The port on 127.0.0.1.
 * @param target The request target, sent as UTF-8.
 * @param headers The header fields, `Host` and `Connection: close` are added.
 * @param method The method.
 * @returns The response.
 */
export async function requestFile(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<FileResponse> {
  const request = encodeRequest(target, headers, method);
  const response = await rawExchange(port, String.fromCharCode(...request));
  const headEnd = response.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = response.slice(0, headEnd).split("\r\n");
  const fields = new Headers(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  const body = response.slice(headEnd + 4);
  const bytes = Uint8Array.from(body, (char) => char.charCodeAt(0));
  return {
    status: Number(statusLine.split(" ")[1]),
    headers: fields,
    body: new TextDecoder().decode(bytes),
    isComplete: bytes.length === Number(fields.get("content-length")),
  };
}

/**
 * Writes a request as bytes.
 *
 * @param target The request target.
 * @param headers The header fields.
 * @param method The method.
 * @returns The bytes.
 */
export function encodeRequest(
  target: string,
  headers: Record<string, string> = {},
  method = "GET",
): Uint8Array {
  const fields = { Host: "localhost", Connection: "close", ...headers };
  const lines = Object.entries(fields).map(([name, value]) =>
    `${name}: ${value}\r\n`
  );
  return new TextEncoder().encode(
    `${method} ${target} HTTP/1.1\r\n${lines.join("")}\r\n`,
  );
}
