/** How long a child may take before a wait for it counts as failed. */
const WAIT_LIMIT_MILLISECONDS = 60_000;

/** How long a child may take to end after a signal before it is killed. */
const STOP_LIMIT_MILLISECONDS = 10_000;

/** Options for {@linkcode startProcess}. */
export interface ProcessOptions {
  /** The folder to run in. */
  cwd?: string;
  /** Variables on top of those of the tests. */
  env?: Record<string, string>;
  /** Starts with no variables but those in `env`. */
  clearEnv?: boolean;
}

/** The outputs of a child that can be waited for. */
export type OutputStream = "stdout" | "stderr";

/**
 * Starts a command whose output is collected and which cannot outlive the
 * block it belongs to, when it is held with `await using`.
 *
 * @param command The program and its arguments.
 * @param options Additional options.
 * @returns The child.
 */
export function startProcess(
  command: readonly [string, ...string[]],
  options: ProcessOptions = {},
): ChildProcess {
  return new ChildProcess(command, options);
}

/** A started command. */
export class ChildProcess implements AsyncDisposable {
  /** What was run, for messages. */
  readonly #title: string;
  readonly #child: Deno.ChildProcess;
  readonly #outputs: Record<OutputStream, Output>;

  /** Settles when the child has ended, whatever its code. */
  readonly status: Promise<Deno.CommandStatus>;

  /** Use {@linkcode startProcess}. */
  constructor(
    command: readonly [string, ...string[]],
    options: ProcessOptions,
  ) {
    const [program, ...args] = command;
    this.#title = command.join(" ");
    this.#child = new Deno.Command(program, {
      ...options,
      args,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.status = this.#child.status;
    this.#outputs = {
      stdout: new Output(this.#child.stdout),
      stderr: new Output(this.#child.stderr),
    };
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** What the child has written to its standard output until now. */
  get stdout(): string {
    return this.#outputs.stdout.text;
  }

  /** What the child has written to its standard error until now. */
  get stderr(): string {
    return this.#outputs.stderr.text;
  }

  /**
   * Waits until the output matches, from its start.
   *
   * @param pattern What to look for, without the flags `g` and `y`.
   * @param stream Where to look.
   * @returns The match.
   * @throws {Error} If the output ends without it, or it does not come in a minute.
   */
  async waitFor(
    pattern: RegExp,
    stream: OutputStream = "stdout",
  ): Promise<RegExpExecArray> {
    const found = await withLimit(
      this.#outputs[stream].find(pattern),
      WAIT_LIMIT_MILLISECONDS,
    );
    if (found) return found;
    throw new Error(
      `Cannot find ${pattern} in the ${stream} of "${this.#title}":\n` +
        `--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`,
    );
  }

  /**
   * Waits for the end of the child and of its output.
   *
   * @returns The status.
   * @throws {Error} If it does not end in a minute.
   */
  async finished(): Promise<Deno.CommandStatus> {
    const status = await withLimit(this.status, WAIT_LIMIT_MILLISECONDS);
    if (status) return await this.#close(status);
    throw new Error(
      `Cannot await the end of "${this.#title}": it still runs:\n` +
        `--- stdout\n${this.stdout}\n--- stderr\n${this.stderr}`,
    );
  }

  /**
   * Ends the child and waits for that. One that does not heed the signal in
   * ten seconds is killed, which its status then shows.
   *
   * @param signal The signal to begin with.
   * @returns The status.
   */
  async stop(signal: Deno.Signal = "SIGTERM"): Promise<Deno.CommandStatus> {
    this.#send(signal);
    const status = await withLimit(this.status, STOP_LIMIT_MILLISECONDS);
    if (status) return await this.#close(status);
    this.#send("SIGKILL");
    return await this.#close(await this.status);
  }

  /** Stops the child, if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #send(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      // Already ended: a TypeError once its status is known, NotFound before.
      const ended = error instanceof TypeError ||
        error instanceof Deno.errors.NotFound;
      if (!ended) throw error;
    }
  }

  async #close(status: Deno.CommandStatus): Promise<Deno.CommandStatus> {
    const { stdout, stderr } = this.#outputs;
    await Promise.all([stdout.close(), stderr.close()]);
    return status;
  }
}

/** One output of a child, read as it comes. */
class Output {
  /** What was read until now. */
  text = "";
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #done: Promise<void>;
  #changed = Promise.withResolvers<boolean>();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader();
    this.#done = this.#read();
  }

  /** Resolves to `undefined` if the output ends without a match. */
  async find(pattern: RegExp): Promise<RegExpExecArray | undefined> {
    for (;;) {
      const match = pattern.exec(this.text);
      if (match) return match;
      if (!await this.#changed.promise) return undefined;
    }
  }

  /** A grandchild may hold the pipe open, so that its end is not waited for. */
  async close(): Promise<void> {
    await withLimit(this.#done, 1_000);
    await this.#reader.cancel();
    await this.#done;
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await this.#reader.read();
      this.text += decoder.decode(value, { stream: !done });
      this.#changed.resolve(!done);
      if (done) return;
      this.#changed = Promise.withResolvers<boolean>();
    }
  }
}

/** Resolves to `undefined` when `promise` does not settle in time. */
async function withLimit<T>(
  promise: Promise<T>,
  milliseconds: number,
): Promise<T | undefined> {
  const { promise: limit, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, milliseconds, undefined);
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
