import { ByteQueue } from "./_wsgi_byte_queue.ts";

/**
 * Reads the whole body of a request into memory.
 *
 * @param request The request.
 * @param maxLength The greatest length to accept, in bytes.
 * @returns The body, or `undefined` if it is longer than that.
 */
export async function readBody(
  request: Request,
  maxLength: number,
): Promise<Uint8Array | undefined> {
  // What the client says is enough to refuse, but not to believe.
  if (Number(request.headers.get("content-length")) > maxLength) return;
  const queue = new ByteQueue();
  // Leaving the loop early cancels the body.
  for await (const chunk of request.body ?? []) {
    queue.push(chunk);
    if (queue.length > maxLength) return;
  }
  return queue.take(Infinity);
}
