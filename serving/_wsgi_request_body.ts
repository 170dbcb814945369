import { StreamInput } from "./_wsgi_stream_input.ts";
import type { WsgiBufferedInput, WsgiEnviron, WsgiInput } from "./wsgi.ts";

const BLOCK_SIZE = 65_536;

/**
 * Makes the body of a request from what is left in `wsgi.input`.
 *
 * @param environ The environ of the request.
 * @returns The body, or `null` if there is none.
 */
export function bodyFrom(
  environ: WsgiEnviron<WsgiInput | WsgiBufferedInput>,
): ReadableStream<Uint8Array> | null {
  const input = environ["wsgi.input"];
  if (input instanceof StreamInput) {
    // Bytes as they come in, where `read()` would wait for a whole block.
    return streamOf(
      () => input.readChunk(),
      (reason) => input.cancel(reason),
    );
  }
  if (environ["wsgi.input_terminated"]) {
    return streamOf(async () => await input.read(BLOCK_SIZE));
  }
  const { CONTENT_LENGTH = "" } = environ;
  let left = /^\d+$/.test(CONTENT_LENGTH) ? Number(CONTENT_LENGTH) : 0;
  if (left === 0) return null;
  return streamOf(async () => {
    if (left === 0) return new Uint8Array();
    const chunk = await input.read(Math.min(left, BLOCK_SIZE));
    if (chunk.length === 0) {
      throw new Deno.errors.UnexpectedEof(
        `Cannot read the request body to its end: ${left} of ${CONTENT_LENGTH} bytes are missing`,
      );
    }
    left -= chunk.length;
    return chunk;
  });
}

/** A stream of the chunks that `read()` returns, up to an empty one. */
function streamOf(
  read: () => Promise<Uint8Array>,
  cancel: (reason: unknown) => Promise<void> = () => Promise.resolve(),
): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const chunk = await read();
      if (chunk.length > 0) controller.enqueue(chunk);
      else controller.close();
    },
    cancel,
  }, { highWaterMark: 0 });
}
