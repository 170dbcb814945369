import type { WsgiBody, WsgiFile } from "./wsgi.ts";

/**
 * Makes a body from a file: `wsgi.file_wrapper` of PEP 3333.
 *
 * @param file Where the bytes come from. It is closed with the body.
 * @param blockSize How many bytes to read at once, 8192 by default.
 * @returns The body.
 */
export function wrapFile(file: WsgiFile, blockSize = 8192): WsgiBody {
  return {
    async *[Symbol.asyncIterator]() {
      for (;;) {
        const block = new Uint8Array(blockSize);
        const size = await file.read(block);
        if (size === null) return;
        yield block.subarray(0, size);
      }
    },
    close() {
      file.close?.();
    },
  };
}
