/** Writes text to a stream, some of it a little later. */
export interface TextWriter {
  /** Takes text to be written, at once or a little later. */
  write(text: string): void;
  /** Writes text, after what was taken before. */
  writeNow(text: string): void;
  /** Writes what was taken so far. */
  flush(): void;
}

const BURST_MS = 50;
const FLUSH_AT_LENGTH = 32_768;

const encoder = new TextEncoder();

/**
 * Makes a writer to standard error. A terminal sees each text at once, and so
 * does a pipe or a file when there is little; in a burst, where a system call
 * per line would halve the server, lines are collected for at most 50 ms.
 */
export function stderrWriter(
  { isTerminal }: { isTerminal: boolean },
): TextWriter {
  let buffer = "";
  let lastFlush = -Infinity;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function flush(): void {
    // Deno takes some milliseconds to load the first use of timers.
    if (timer !== undefined) clearTimeout(timer);
    timer = undefined;
    lastFlush = performance.now();
    const bytes = encoder.encode(buffer);
    buffer = "";
    writeFully(bytes);
  }

  function write(text: string): void {
    buffer += text;
    const isFull = buffer.length >= FLUSH_AT_LENGTH;
    if (timer !== undefined && !isFull) return;
    if (isTerminal || isFull || performance.now() - lastFlush > BURST_MS) {
      flush();
    } else {
      timer = setTimeout(flush, BURST_MS);
      // What is left is flushed at shutdown; a log keeps no process alive.
      Deno.unrefTimer(timer);
    }
  }

  function writeNow(text: string): void {
    buffer += text;
    flush();
  }

  return { write, writeNow, flush };
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
