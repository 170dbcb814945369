import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { deriveInfo } from "../_derive_info.ts";
import { compareMounts, matchesMount } from "./_match_mount.ts";
import { type MountPoint, parseMount } from "./_parse_mount.ts";
import { withUrl } from "../_with_url.ts";
import { optionCheck } from "../_option_check.ts";

const check = optionCheck("dispatch");

/** An app that can be mounted: a handler, or an object with a `fetch` handler. */
export type MountedApp<Info extends ServeInfo = ServeInfo> =
  | Handler<Info>
  | { fetch: Handler<Info> };

/** The apps of {@linkcode dispatcher} by where they are mounted. */
export type Mounts<Info extends ServeInfo = ServeInfo> = Readonly<
  Record<string, MountedApp<Info>>
>;

interface Mount<Info extends ServeInfo> {
  point: MountPoint;
  handler: Handler<Info>;
}

/**
 * Hands each request to one of several apps, by its path, its host or both, and
 * what is for none of them to `app`.
 *
 * A key is a path (`"/api"`), a host (`"api.localhost"`), or a host with a path
 * (`"api.localhost/v2"`). Paths match whole segments: `/api` takes `/api` and
 * `/api/users`, not `/apis`. Hosts match on any port unless one is given
 * (`"localhost:8001"`), without regard to case; `"*.localhost"` takes every name
 * below `localhost`, of any depth, but not `localhost` itself. Names may be
 * written in Unicode or Punycode.
 *
 * The mount that says most wins, wherever it stands: a host before a wildcard
 * before a path alone, then the longer name, then a port before none, then the
 * longer path. So a mount without host is only asked about hosts that have no
 * mount for that path.
 *
 * A mounted app sees the URL without its mount, and finds that in
 * `info.scriptName`, after what outer middleware has put there. The rest of the
 * URL stays what the URL parser made of it: nothing is decoded, and empty
 * segments, `%2F`, a slash at the end and the query stay. As a URL has no empty
 * path, both `/api` and `/api/` become `/`. Percent-encoded characters of a key
 * match in the same spelling only.
 *
 * Browsers and most resolvers know all names below `localhost`, so virtual hosts
 * need no hosts file.
 *
 * @typeParam Info What the apps are told about a request.
 * @param app Answers what no mount takes.
 * @param mounts The apps by where they are mounted.
 * @returns A handler.
 * @throws {TypeError} If an argument has the wrong type, or two keys are the
 * same place.
 * @throws {SyntaxError} If a key is neither a path nor a host.
 *
 * @example Usage
 * ```ts
 * import { dispatcher } from "@x/devserve/middleware";
 * import { assertEquals } from "@std/assert";
 *
 * const handler = dispatcher(() => new Response("site"), {
 *   "/api": (request, { scriptName }) =>
 *     new Response(`${scriptName} ${new URL(request.url).pathname}`),
 *   "*.localhost": (request) => new Response(new URL(request.url).hostname),
 * });
 *
 * const server = Deno.serve({ hostname: "127.0.0.1", port: 0 }, handler);
 * const base = `http://127.0.0.1:${server.addr.port}`;
 * assertEquals(await (await fetch(`${base}/`)).text(), "site");
 * assertEquals(await (await fetch(`${base}/api/users`)).text(), "/api /users");
 * await server.shutdown();
 * ```
 */
export function dispatcher<Info extends ServeInfo = ServeInfo>(
  app: Handler<Info>,
  mounts: Mounts<NoInfer<Info>>,
): Handler<Info> {
  check("app", app, typeof app === "function", "a function");
  check("mounts", mounts, isObject(mounts), "an object of apps");
  const sorted = Object.entries(mounts).map(([key, mounted]): Mount<Info> => ({
    point: parseMount(key),
    handler: handlerOf(key, mounted),
  })).sort((a, b) => compareMounts(a.point, b.point));
  assertDistinct(sorted.map(({ point }) => point));

  return function dispatcherHandler(
    request: Request,
    info: Info,
  ): Response | Promise<Response> {
    const url = URL.parse(request.url);
    const mount = url && sorted.find(({ point }) => matchesMount(point, url));
    if (!url || !mount) return app(request, info);
    const { handler, point: { path } } = mount;
    if (path === "") return handler(request, info);
    const scriptName = (info.scriptName ?? "") + path;
    // The setter leaves "//x" a path, where parsing would find a host in it.
    url.pathname = url.pathname.slice(path.length) || "/";
    return handler(
      withUrl(request, url.href),
      deriveInfo(info, { scriptName }) as Info,
    );
  };
}

function handlerOf<Info extends ServeInfo>(
  key: string,
  mounted: MountedApp<Info>,
): Handler<Info> {
  if (typeof mounted === "function") return mounted;
  const isApp = isObject(mounted) && typeof mounted.fetch === "function";
  check(
    `mounts["${key}"]`,
    mounted,
    isApp,
    "a function or have a fetch method",
  );
  return (request, info) => mounted.fetch(request, info);
}

/** Of two keys for one place, the second would never be asked. */
function assertDistinct(points: MountPoint[]): void {
  const keys = new Map<string, string>();
  for (const { key, host, path } of points) {
    const place = JSON.stringify([host, path]);
    const before = keys.get(place);
    if (before !== undefined) {
      throw new TypeError(
        `Cannot dispatch as two mounts are at the same place: current keys are "${before}" and "${key}"`,
      );
    }
    keys.set(place, key);
  }
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
