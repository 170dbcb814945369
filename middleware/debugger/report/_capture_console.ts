/** What was written while code ran. */
interface Sink {
  readonly console: Console;
  text: string;
  isOpen: boolean;
}

type Method = (...args: unknown[]) => unknown;

const METHODS = [
  "log",
  "debug",
  "info",
  "warn",
  "error",
  "dir",
  "dirxml",
  "table",
  "trace",
  "assert",
  "count",
  "countReset",
  "group",
  "groupCollapsed",
  "groupEnd",
  "time",
  "timeLog",
  "timeEnd",
] as const;
const MAX_OUTPUT = 100_000;

/** Who is asked for the sink of the code that is running. */
let sinks: { getStore(): Sink | undefined } | undefined;
let running = 0;
let restore = () => {};

/**
 * Runs code and keeps what it writes by `console`, also after an `await`, but
 * nothing that others write meanwhile. What it writes after its end, as in a
 * timer, goes where it always goes.
 */
export async function captureConsole<Result>(
  code: () => Promise<Result>,
): Promise<{ result: Result; output: string }> {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  const storage = sinks as InstanceType<typeof AsyncLocalStorage<Sink>> ??
    new AsyncLocalStorage<Sink>();
  sinks = storage;
  const sink = await makeSink();
  if (running++ === 0) restore = replaceMethods(storage);
  try {
    const result = await storage.run(sink, code);
    return { result, output: cutOutput(sink.text) };
  } finally {
    sink.isOpen = false;
    if (--running === 0) restore();
  }
}

async function makeSink(): Promise<Sink> {
  const [{ Console }, { Writable }] = await Promise.all([
    import("node:console"),
    import("node:stream"),
  ]);
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      if (sink.text.length <= MAX_OUTPUT) sink.text += text;
      done();
    },
  });
  const sink: Sink = { console: new Console(stream), text: "", isOpen: true };
  return sink;
}

function cutOutput(text: string): string {
  return text.length > MAX_OUTPUT ? `${text.slice(0, MAX_OUTPUT)}…\n` : text;
}

/** Puts methods in place that ask who is calling; returns what undoes that. */
function replaceMethods(
  storage: { getStore(): Sink | undefined },
): () => void {
  const { console: target } = globalThis;
  const undos = METHODS.map((name) => {
    const original = target[name] as Method;
    const method: Method = (...args) => {
      const sink = storage.getStore();
      if (sink?.isOpen !== true) return original.apply(target, args);
      return (sink.console[name] as Method)(...args);
    };
    Reflect.set(target, name, method);
    // What the app has put there since then stays.
    return () => target[name] === method && Reflect.set(target, name, original);
  });
  return () => undos.forEach((undo) => undo());
}
