import type { Handler, ServeInfo } from "../../serving/handler.ts";
import type { FileAnswers, FileAnswersOptions } from "./_file_answers.ts";
import { resolveExports, type SharedDataExports } from "./_resolve_exports.ts";
import { urlPathSegments } from "../_url_path_segments.ts";
import { optionCheck } from "../_option_check.ts";

const check = optionCheck("share data");

export type {
  SharedDataExports,
  SharedDataTarget,
} from "./_resolve_exports.ts";

const MIMETYPE_REGEXP = /^[\w.+-]+\/[\w.+-]+(?:\s*;[\x20-\x7e]*)?$/;

/** Options for {@linkcode sharedData}. */
export interface SharedDataOptions {
  /**
   * Whether clients may use a file for `cacheTimeout` without asking again.
   *
   * `false` sends `Cache-Control: no-cache`: clients keep the file, too, but ask
   * each time whether it is still the same, and get a 304 as long as it is. So
   * an edited file is seen at once.
   *
   * @default {true}
   */
  cache?: boolean;
  /**
   * How long clients may use a file without asking again, in whole seconds.
   * They may not see an edited file for as long. Without effect if `cache` is
   * `false`.
   *
   * @default {43200}
   */
  cacheTimeout?: number;
  /**
   * The media type of files with an unknown extension.
   *
   * @default {"application/octet-stream"}
   */
  fallbackMimetype?: string;
  /**
   * Globs of what is not served. Each is tried on the path below the exported
   * directory and on the name alone, without regard to case, for the file and
   * for every directory on the way to it: `private` is enough to hide all that
   * is in it, wherever it is. Where the path leads through links inside of the
   * directory, it is tried on the real path as well.
   *
   * @default {[]}
   */
  disallow?: string[];
  /**
   * Whether to serve files whose path has a segment beginning with a dot below
   * the exported directory. This may expose `.env` and `.git`.
   *
   * @default {false}
   */
  dotfiles?: boolean;
  /**
   * Whether to send `app.js.br` or `app.js.gz` in place of `app.js` where the
   * client accepts that and the file is not older than the original.
   *
   * @default {false}
   */
  precompressed?: boolean;
}

/**
 * Serves files and directories under URL prefixes, and everything else from
 * `app`.
 *
 * An export is taken if its prefix is the whole path (for a file) or the path up
 * to a slash (for a directory). The first export that has the file answers;
 * what none has goes to `app`: this middleware never answers 403 or 404 itself,
 * lists no directory, and knows no `index.html` (`{"/": "public/index.html"}`
 * does that for one page).
 *
 * Only regular files are served, and none outside of the exported directory:
 * links are followed as long as they stay inside. These go to `app`, on every
 * system: paths with `..`, an empty segment, an encoded slash, a backslash, a
 * colon or NUL in a segment, dots or spaces at the end of one, names of Windows
 * devices, what is not UTF-8, and, unless `dotfiles` is set, segments beginning
 * with a dot.
 *
 * Answers GET and HEAD, with `ETag` (strong, from size and time of change),
 * `Last-Modified`, all conditional requests and single byte ranges (RFC 9110
 * sections 13 and 14; several ranges get the whole file). Any other method goes
 * to `app`; if `app` answers 404 though there is such a file, that becomes 405.
 * Content is streamed, whatever the size of the file, and each response names
 * its type, with `X-Content-Type-Options: nosniff`.
 *
 * In `[specifier, subpath]`, the specifier is resolved with
 * `import.meta.resolve` to a module on this machine, and `subpath` is relative
 * to that module. It knows the import map in use; for a package that only your
 * own module can import, use a URL instead:
 * `new URL("assets/", import.meta.resolve("package"))`.
 *
 * Requires `--allow-read` permission for what is shared.
 *
 * @param app Answers what no export answers.
 * @param exports The URL prefixes, beginning with a slash, and what to share
 * under each, in order of priority. Relative paths are resolved against the
 * working directory, now.
 * @param options Additional options.
 * @returns A handler.
 * @throws {TypeError} If an argument has the wrong type, or a target is neither
 * a file nor a directory on this machine.
 * @throws {RangeError} If `options.cacheTimeout` is not a whole number of
 * seconds from 0 on.
 * @throws {SyntaxError} If `options.fallbackMimetype` is not a media type.
 * @throws {Deno.errors.NotFound} If a target does not exist.
 *
 * @example Usage
 * ```ts
 * import { sharedData } from "@x/devserve/middleware";
 * import { assertEquals } from "@std/assert";
 *
 * const root = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${root}/hello.txt`, "hello");
 * const handler = sharedData(() => new Response("app"), { "/static": root });
 *
 * const server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const base = `http://127.0.0.1:${server.addr.port}`;
 * const file = await fetch(`${base}/static/hello.txt`);
 * assertEquals(await file.text(), "hello");
 * assertEquals(file.headers.get("content-type"), "text/plain; charset=UTF-8");
 * const other = await fetch(`${base}/static/missing.txt`);
 * assertEquals(await other.text(), "app");
 *
 * await server.shutdown();
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export function sharedData(
  app: Handler,
  exports: SharedDataExports,
  options: SharedDataOptions = {},
): Handler {
  const settings = checkSettings(app, options);
  const resolved = resolveExports(exports);
  let files: Promise<FileAnswers> | undefined;

  return async function sharedDataHandler(
    request: Request,
    info: ServeInfo,
  ): Promise<Response> {
    const segments = urlPathSegments(request.url);
    const candidates = resolved.filter((shared) =>
      shared.segments.every((segment, i) => segment === segments?.[i])
    );
    if (segments === undefined || candidates.length === 0) {
      return await app(request, info);
    }
    // All that deals with files is loaded when it is needed for the first time.
    files ??= import("./_file_answers.ts").then(({ fileAnswers }) =>
      fileAnswers(settings)
    );
    const { find, respond } = await files;
    if (request.method === "GET" || request.method === "HEAD") {
      const found = await find(request, candidates, segments);
      return found ? await respond(request, found) : await app(request, info);
    }
    const response = await app(request, info);
    // The file is looked for afterwards, so that a request that the app can
    // answer does not wait for the disk. An app can return anything at all.
    if (response?.status !== 404) return response;
    const found = await find(request, candidates, segments);
    if (found === undefined) return response;
    found.file.close();
    return await refuseMethod(response);
  };
}

async function refuseMethod(response: Response): Promise<Response> {
  if (!response.body?.locked) await response.body?.cancel();
  return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
}

function checkSettings(
  app: Handler,
  options: SharedDataOptions,
): FileAnswersOptions {
  const {
    cache = true,
    cacheTimeout = 43200,
    fallbackMimetype = "application/octet-stream",
    disallow = [],
    dotfiles = false,
    precompressed = false,
  } = options;
  check("app", app, typeof app === "function", "a function");
  for (
    const [name, value] of Object.entries({ cache, dotfiles, precompressed })
  ) {
    check(name, value, typeof value === "boolean", "a boolean");
  }
  const isNumber = typeof cacheTimeout === "number";
  check("cacheTimeout", cacheTimeout, isNumber, "a number of seconds");
  const isString = typeof fallbackMimetype === "string";
  check("fallbackMimetype", fallbackMimetype, isString, "a string");
  const isGlobs = Array.isArray(disallow) &&
    disallow.every((glob) => typeof glob === "string");
  check("disallow", disallow, isGlobs, "an array of globs");
  if (!Number.isSafeInteger(cacheTimeout) || cacheTimeout < 0) {
    throw new RangeError(
      `Cannot share data as cacheTimeout must be a whole number of seconds from 0 on: current value is ${cacheTimeout}`,
    );
  }
  if (!MIMETYPE_REGEXP.test(fallbackMimetype)) {
    throw new SyntaxError(
      `Cannot share data as fallbackMimetype must be a media type such as "text/plain": current value is "${fallbackMimetype}"`,
    );
  }
  return {
    cacheControl: cache ? `public, max-age=${cacheTimeout}` : "no-cache",
    fallbackMimetype,
    disallow: [...disallow],
    dotfiles,
    negotiated: precompressed,
  };
}
