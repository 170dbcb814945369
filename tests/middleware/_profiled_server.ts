import {
  profiler,
  type ProfilerOptions,
} from "../../middleware/profiler/profiler.ts";
import type { Handler } from "../../serving/handler.ts";

/** An app behind a profiler, served on a free port. */
export class ProfiledServer implements AsyncDisposable {
  /** Where it is. */
  readonly url: string;
  /** The port. */
  readonly port: number;
  /** Errors that reached the server. */
  readonly errors: unknown[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #texts: string[] = [];
  #arrived = Promise.withResolvers<void>();

  /** Use {@linkcode serveProfiled}. */
  constructor(app: Handler, options: ProfilerOptions) {
    const stream = (text: string): void => {
      this.#texts.push(text);
      this.#arrived.resolve();
    };
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen() {},
      onError: (error) => {
        this.errors.push(error);
        return new Response("error", { status: 500 });
      },
    }, profiler(app, { stream, ...options }));
    this.port = this.#server.addr.port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  /** What was written and not read yet, as soon as there is any. */
  async text(): Promise<string> {
    while (this.#texts.length === 0) {
      await this.#arrived.promise;
      this.#arrived = Promise.withResolvers<void>();
    }
    return this.#texts.shift() ?? "";
  }

  /** Whether something was written that was not read. */
  get hasText(): boolean {
    return this.#texts.length > 0;
  }

  /** Stops the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Serves an app behind a profiler whose tables can be waited for. */
export function serveProfiled(
  app: Handler,
  options: ProfilerOptions = {},
): ProfiledServer {
  return new ProfiledServer(app, options);
}

/** Keeps the processor busy for some ten milliseconds. */
export function fibonacci(n: number): number {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

/** The lines of the functions in a table. */
export function rowsOf(table: string): string[] {
  const lines = table.split("\n");
  const start = lines.findIndex((line) => line.includes("own ms")) + 1;
  return lines.slice(start, lines.findLastIndex((line) => /^-+$/.test(line)));
}

/** A temporary folder. */
export async function temporaryFolder(): Promise<
  AsyncDisposable & { path: string }
> {
  const path = await Deno.makeTempDir();
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** The names of the files in a folder. */
export async function namesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).toSorted();
}
