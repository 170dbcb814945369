// deno-lint-ignore-file no-console -- it prints what it has counted
/**
 * Asks a server for responses until its standard input ends, then prints how
 * many it has asked for, and what failed, as JSON. It is a process of its own,
 * so that it does not hold up the clock.
 *
 *     deno run -A tests/bench/reload/load.ts PORT
 */
import { Connection, RequestFailure, requestFor } from "./_connection.ts";

const KEEP_ALIVE_LOOPS = 4;
const KEEP_ALIVE_THINK_MS = 1;
const NEW_CONNECTION_LOOPS = 4;
const NEW_CONNECTION_THINK_MS = 2;
const SLOW_LOOPS = 2;
const STREAM_LOOPS = 2;

/** A client waits this long after a failure, or one outage would count a lot. */
const AFTER_FAILURE_MS = 20;

/** A response that takes longer is a failure. */
const LATE_MS = 5000;

const port = Number(Deno.args[0]);
const failures: Record<string, number> = {};
let requests = 0;
let isRunning = true;

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function attempt(what: string, run: () => Promise<void>): Promise<void> {
  while (isRunning) {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof RequestFailure)) throw error;
      if (!isRunning) return;
      const name = `${what} ${error.kind}`;
      failures[name] = (failures[name] ?? 0) + 1;
      await sleep(AFTER_FAILURE_MS);
    }
  }
}

/** Sends a request, and closes the connection if nothing comes of it. */
async function ask(
  connection: Connection,
  request: Uint8Array,
): Promise<{ isLast: boolean }> {
  requests++;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    connection[Symbol.dispose]();
  }, LATE_MS);
  try {
    return await connection.ask(request);
  } catch (error) {
    throw isLate ? new RequestFailure("late") : error;
  } finally {
    clearTimeout(timer);
  }
}

async function askOnKeptConnection(): Promise<void> {
  const request = requestFor("/", false);
  using connection = await Connection.open(port);
  while (isRunning) {
    const { isLast } = await ask(connection, request);
    if (isLast) return;
    connection.watch();
    await sleep(KEEP_ALIVE_THINK_MS);
    if (connection.isClosed) return;
  }
}

async function askOnce(path: string, thinkMs: number): Promise<void> {
  using connection = await Connection.open(port);
  await ask(connection, requestFor(path, true));
  await sleep(thinkMs);
}

const streams = new Set<Connection>();

async function readStream(): Promise<void> {
  using connection = await Connection.open(port);
  streams.add(connection);
  requests++;
  try {
    await connection.ask(requestFor("/sse", true));
  } finally {
    streams.delete(connection);
  }
}

function times(count: number, start: () => Promise<void>): Promise<void>[] {
  return Array.from({ length: count }, start);
}

const loops = [
  ...times(KEEP_ALIVE_LOOPS, () => attempt("kept", askOnKeptConnection)),
  ...times(
    NEW_CONNECTION_LOOPS,
    () => attempt("new", () => askOnce("/", NEW_CONNECTION_THINK_MS)),
  ),
  ...times(SLOW_LOOPS, () => attempt("slow", () => askOnce("/slow", 0))),
  ...times(STREAM_LOOPS, () => attempt("stream", readStream)),
];

for await (const _chunk of Deno.stdin.readable) {
  // Nothing is said to it; it is the end that counts.
}
isRunning = false;
for (const stream of streams) stream[Symbol.dispose]();
await Promise.all(loops);
console.log(JSON.stringify({ requests, failures }));
