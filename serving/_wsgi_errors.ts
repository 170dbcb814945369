import type { WsgiErrors } from "./wsgi.ts";

/** `wsgi.errors` on the standard error of the process. */
export const STDERR: WsgiErrors = {
  write(text) {
    let bytes: Uint8Array = new TextEncoder().encode(text);
    while (bytes.length > 0) {
      try {
        bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
      } catch (error) {
        // A pipe that is full for the moment.
        if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      }
    }
  },
  writelines(lines) {
    for (const line of lines) STDERR.write(line);
  },
  flush() {
    // Nothing is held back.
  },
};
