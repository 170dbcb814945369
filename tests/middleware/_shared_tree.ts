import {
  sharedData,
  type SharedDataExports,
  type SharedDataOptions,
} from "../../middleware/shared_data/shared_data.ts";
import type { Handler } from "../../serving/handler.ts";
import { type FileResponse, requestFile } from "./_request_file.ts";

/** A directory of files, shared under `/static` by a server on a free port. */
export class SharedTree implements AsyncDisposable {
  /** The real path of the shared directory. */
  readonly root: string;
  /** A directory beside it that is not shared. */
  readonly outside: string;
  /** Errors that came up while a response was sent. */
  readonly errors: unknown[] = [];
  readonly #base: string;
  #server: Deno.HttpServer<Deno.NetAddr> | undefined;

  /** Use {@linkcode shareTree}. */
  constructor(base: string) {
    this.#base = base;
    this.root = `${base}/root`;
    this.outside = `${base}/outside`;
  }

  /** The port of the server. */
  get port(): number {
    if (this.#server === undefined) throw new Error("Cannot tell the port yet");
    return this.#server.addr.port;
  }

  /** Starts a server whose app answers 404 with the text `app`. */
  serve(
    options: SharedDataOptions = {},
    exports: SharedDataExports = { "/static": this.root },
    app: Handler = notFoundApp,
  ): void {
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen() {},
      onError: (error) => {
        this.errors.push(error);
        return new Response("error", { status: 500 });
      },
    }, sharedData(app, exports, options));
  }

  /** Writes a file below the shared directory. */
  async write(name: string, content: string, mtime?: Date): Promise<void> {
    const path = `${this.root}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(path, content);
    if (mtime) await Deno.utime(path, mtime, mtime);
  }

  /** Sends a request without touching its target. */
  request(
    target: string,
    headers: Record<string, string> = {},
    method = "GET",
  ): Promise<FileResponse> {
    return requestFile(this.port, target, headers, method);
  }

  /** Stops the server and removes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.shutdown();
    await Deno.remove(this.#base, { recursive: true });
  }
}

/**
 * Makes a directory with files and shares it under `/static`.
 *
 * @param files The names and contents.
 * @param options The options of `sharedData`, `null` to start the server later.
 * @returns The directory and its server.
 */
export async function shareTree(
  files: Record<string, string>,
  options: SharedDataOptions | null = {},
): Promise<SharedTree> {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const tree = new SharedTree(base);
  await Deno.mkdir(tree.root);
  await Deno.mkdir(tree.outside);
  for (const [name, content] of Object.entries(files)) {
    await tree.write(name, content);
  }
  if (options !== null) tree.serve(options);
  return tree;
}

function notFoundApp(): Response {
  return new Response("app", { status: 404 });
}
