import type { WsgiErrors } from "./wsgi.ts";

/** `wsgi.errors` on the process's standard error. */
export const STDERR: WsgiErrors = {
  write(text) {
    let bytes: Uint8Array = new TextEncoder().encode(text);
    while (bytes.length > 0) {
      bytes = bytes.subarray(Deno.stderr.writeSync(bytes));
    }
  },
  writelines(lines) {
    for (const line of lines) STDERR.write(line);
  },
  flush() {
    // Nothing is held back.
  },
};
