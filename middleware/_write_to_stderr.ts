const encoder = new TextEncoder();

/** Writes text to standard error, all of it, before anything else is done. */
export function writeToStderr(text: string): void {
  const bytes = encoder.encode(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    } catch (error) {
      // A non-blocking pipe that is full for the moment.
      if (error instanceof Deno.errors.WouldBlock) continue;
      // Nobody reads any more: the requests go on.
      return;
    }
  }
}
