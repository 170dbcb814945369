/** A response as it came over the socket. */
export interface RawResponse {
  /** The status code. */
  status: number;
  /** The header fields. */
  headers: Headers;
  /** The body until the connection ended. */
  body: string;
  /** Whether the body has as many bytes as `Content-Length` announced. */
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
export async function rawRequest(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<RawResponse> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(encodeRequest(target, headers, method));
  return decodeResponse(await readToEnd(connection));
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

async function readToEnd(connection: Deno.Conn): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(65536);
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) break;
    chunks.push(buffer.slice(0, count));
  }
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function decodeResponse(bytes: Uint8Array): RawResponse {
  const text = new TextDecoder("latin1").decode(bytes);
  const headEnd = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const headers = new Headers(lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  }));
  const body = bytes.subarray(headEnd + 4);
  return {
    status: Number(statusLine.split(" ")[1]),
    headers,
    body: new TextDecoder().decode(body),
    isComplete: body.length === Number(headers.get("content-length")),
  };
}
