import { Connection, RequestFailure, requestFor } from "./_connection.ts";

/** What came of a save. */
export interface Reload {
  /** Milliseconds to the first response of the new code; NaN if none came. */
  readonly ms: number;
  /** Whether a request failed meanwhile. */
  readonly hasFailed: boolean;
}

/** Options for {@linkcode untilVersion}. */
export interface UntilVersionOptions {
  /** Asks on one connection for as long as the server keeps it. */
  keepAlive?: boolean;
  /** Milliseconds until the new code is given up. */
  limitMs: number;
}

/** Between two requests, so that the server has some of the two cores. */
const PAUSE_MS = 0.05;

const KEPT = requestFor("/", false);
const ONCE = requestFor("/", true);

/**
 * Saves, then asks without a break until a response carries the new version.
 *
 * @param port Where the server listens.
 * @param token What only the new code says.
 * @param save Writes the file.
 * @param options Additional options.
 */
export async function untilVersion(
  port: number,
  token: string,
  save: () => void,
  { keepAlive = false, limitMs }: UntilVersionOptions,
): Promise<Reload> {
  let connection = keepAlive ? await Connection.open(port) : undefined;
  if (connection && (await connection.ask(KEPT)).isLast) {
    connection = undefined;
  }
  let hasFailed = false;
  const started = performance.now();
  save();
  for (;;) {
    try {
      connection ??= await Connection.open(port);
      const reply = await connection.ask(keepAlive ? KEPT : ONCE);
      const ms = performance.now() - started;
      if (!keepAlive || reply.isLast) connection = close(connection);
      if (reply.text.includes(token)) {
        close(connection);
        return { ms, hasFailed };
      }
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      connection = close(connection);
      hasFailed = true;
    }
    if (performance.now() - started > limitMs) {
      close(connection);
      return { ms: NaN, hasFailed };
    }
    pause(PAUSE_MS);
  }
}

function close(connection: Connection | undefined): undefined {
  connection?.[Symbol.dispose]();
}

const cell = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps for less than the millisecond that a timer takes at least. */
function pause(ms: number): void {
  Atomics.wait(cell, 0, 0, ms);
}
