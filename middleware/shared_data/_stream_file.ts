const CHUNK_SIZE = 64 * 1024;

/**
 * Streams exactly `length` bytes of an open file from its current position, and
 * closes the file at the end, on failure, and when the stream is canceled.
 *
 * `file.readable` would go on for as long as the file grows, and end as if all
 * were well where the file has become shorter than what was announced.
 *
 * @param file The file. It belongs to the stream from now on.
 * @param length How many bytes to read, at least one.
 * @returns The stream. It fails with `Deno.errors.UnexpectedEof` if the file
 * ends early.
 */
export function streamFile(
  file: Deno.FsFile,
  length: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let remaining = length;
  let isCanceled = false;
  return new ReadableStream({
    async pull(controller) {
      try {
        const chunk = await readChunk(file, remaining);
        remaining -= chunk.length;
        controller.enqueue(chunk);
        if (remaining > 0) return;
        controller.close();
      } catch (error) {
        // What was canceled during the read is closed already.
        if (isCanceled) return;
        controller.error(error);
      }
      file.close();
    },
    cancel() {
      isCanceled = true;
      file.close();
    },
  }, { highWaterMark: 0 });
}

async function readChunk(
  file: Deno.FsFile,
  remaining: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(Math.min(CHUNK_SIZE, remaining));
  const count = await file.read(buffer);
  if (count === null) {
    throw new Deno.errors.UnexpectedEof(
      `Cannot send the rest of a file as it was cut short: ${remaining} bytes are missing`,
    );
  }
  return buffer.subarray(0, count);
}
