/** What {@linkcode watchStream} tells. */
export interface StreamEvents {
  /** Called with the bytes so far after each chunk, and at the end. */
  onSize: (bytes: number, isEnd: boolean) => void;
  /** Called when the source fails. */
  onError: (error: unknown) => void;
  /** Called with a chunk that is not bytes. */
  onWrongChunk: (chunk: unknown) => void;
}

/**
 * Passes on a stream chunk by chunk, as it is asked for, and tells about it.
 * Errors and cancellation are passed on, too; after a cancellation nothing is
 * told, as the client has left and the stream is not at fault.
 */
export function watchStream(
  source: ReadableStream<Uint8Array<ArrayBuffer>>,
  { onSize, onError, onWrongChunk }: StreamEvents,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = source.getReader();
  let bytes = 0;
  let isCanceled = false;

  return new ReadableStream({
    async pull(controller) {
      const result = await reader.read().catch((error) => {
        if (!isCanceled) onError(error);
        throw error;
      });
      if (isCanceled) return;
      if (result.done) {
        onSize(bytes, true);
        return controller.close();
      }
      if (result.value instanceof Uint8Array) bytes += result.value.length;
      else onWrongChunk(result.value);
      onSize(bytes, false);
      controller.enqueue(result.value);
    },
    cancel(reason) {
      isCanceled = true;
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
}
