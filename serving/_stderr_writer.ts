/** Writes text to a stream, some of it a little later. */
export interface TextWriter {
  /** Takes text to be written. */
  write(text: string): void;
  /** Writes what was taken so far. */
  flush(): void;
}

const FLUSH_AFTER_MS = 50;
const FLUSH_AT_LENGTH = 32_768;

const encoder = new TextEncoder();

/**
 * Makes a writer to standard error. A terminal sees each text at once; for a
 * pipe or a file, where a system call per line would halve the server, lines
 * are collected for at most 50 ms.
 */
export function stderrWriter(
  { isTerminal }: { isTerminal: boolean },
): TextWriter {
  let buffer = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (buffer === "") return;
    const bytes = encoder.encode(buffer);
    buffer = "";
    writeFully(bytes);
  }

  function write(text: string): void {
    buffer += text;
    if (isTerminal || buffer.length >= FLUSH_AT_LENGTH) {
      flush();
    } else if (timer === undefined) {
      timer = setTimeout(flush, FLUSH_AFTER_MS);
      // What is left is flushed at shutdown; a log keeps no process alive.
      Deno.unrefTimer(timer);
    }
  }

  return { write, flush };
}

function writeFully(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    } catch (error) {
      // A non-blocking pipe that is full for the moment.
      if (error instanceof Deno.errors.WouldBlock) continue;
      // Nobody reads any more: serving goes on without a log.
      return;
    }
  }
}
