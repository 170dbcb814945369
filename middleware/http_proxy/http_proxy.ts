import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { joinTarget, placeOf, restAfter } from "./_proxy_route.ts";
import { resolveTargets } from "./_proxy_targets.ts";

/** Where the requests under a prefix go, for {@linkcode httpProxy}. */
export interface HttpProxyTarget {
  /**
   * The URL of the upstream: `http:`, `https:`, or `unix:` and the path of a
   * socket. A path in it comes before that of each request. A user and password
   * in it are sent as `Authorization` unless the client sends its own.
   */
  target: string;
  /**
   * Whether to leave out the prefix: with `/api`, the upstream gets `/users`
   * instead of `/api/users`.
   *
   * @default {false}
   */
  removePrefix?: boolean;
  /**
   * The `Host` field for the upstream: `"<auto>"` for host and port of the
   * target, `null` for what the client has sent, or a host of your own.
   *
   * @default {"<auto>"}
   */
  host?: string | null;
  /**
   * Fields that are set on each request, in place of those of the client.
   *
   * @default {{}}
   */
  headers?: Readonly<Record<string, string>>;
  /**
   * How long the upstream may take for each step until its response begins, in
   * seconds: to take the connection, to read a part of the body, to answer. The
   * bodies may take as long as they like. `Infinity` for no limit.
   *
   * @default {10}
   */
  timeout?: number;
  /**
   * Certificates to trust besides those of the system, each in PEM format.
   *
   * @default {[]}
   */
  caCerts?: readonly string[];
  /**
   * Whether to take any certificate, such as a self-signed one. Then whoever is
   * between here and the upstream can read and change everything.
   *
   * @default {false}
   */
  insecure?: boolean;
  /**
   * Whether to tell the upstream about the client with `X-Forwarded-For`,
   * `-Proto`, `-Host`, `-Port` and `-Prefix`. `false` passes on what the client
   * sends under these names.
   *
   * @default {true}
   */
  xForwarded?: boolean;
}

/** URL prefixes and where the requests under each go. */
export type HttpProxyTargets = Readonly<
  Record<string, string | HttpProxyTarget>
>;

/**
 * Passes requests under URL prefixes on to other servers, and everything else to
 * `app`.
 *
 * A prefix is taken if it is the whole path or the path up to a slash: `/api`
 * (the same as `/api/`) takes `/api`, `/api/` and `/api/users`, and not
 * `/apis`. The longest prefix that fits is taken. The rest of the path and the
 * query reach the upstream as they were sent, character for character. So an
 * upstream resolves `..` itself, and a prefix protects nothing on it.
 *
 * Bodies are streamed both ways and neither decoded nor encoded; redirects are
 * left to the client. WebSockets are passed on with their subprotocols and close
 * codes; an upstream that answers the handshake with something else is passed on
 * likewise. Fields that are meant for one connection only are left out (RFC 9110
 * section 7.6.1), and so are trailers and the bodies of GET and HEAD requests,
 * which a server of Deno cannot pass on. Each request has a connection to the
 * upstream of its own.
 *
 * To the upstream go `Via` and, unless `xForwarded` is `false`,
 * `X-Forwarded-For` with the address of the client added, `X-Forwarded-Proto`,
 * `-Host`, `-Port` and `-Prefix` with what this server has seen, and an element
 * in `Forwarded` if the client has sent that. Where this server is itself behind a
 * proxy, put `proxyFix` around this.
 *
 * An upstream that cannot be reached is answered with 502, one that is too slow
 * with 504, and one that leads back here with 508, each as a page, as JSON or as
 * text by `Accept`. When the client leaves, the request to the upstream is
 * aborted: at once while a body is sent, and after a second while the upstream has
 * not answered. For the latter, Deno prints a warning once, unless it runs with
 * `--unstable-no-legacy-abort`.
 *
 * `insecure` is not known to `fetch`, which is one reason why this uses
 * `node:http`. `localhost` and names below it are both loopback addresses.
 *
 * Requires `--allow-net` permission for the targets, `--allow-read` and
 * `--allow-write` for Unix sockets.
 *
 * @typeParam Info What `app` learns about a request.
 * @param app Answers what is under no prefix.
 * @param targets The URL prefixes, beginning with a slash, and for each the URL of
 * the upstream or more options.
 * @returns A handler.
 * @throws {TypeError} If an argument has the wrong type, a target is not a URL
 * of a server, or two prefixes are the same.
 * @throws {RangeError} If a timeout is not above 0.
 *
 * @example Usage
 * ```ts
 * import { httpProxy } from "@x/devserve/middleware";
 * import { assertEquals } from "@std/assert";
 *
 * const local = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
 * const upstream = Deno.serve(local, (request) =>
 *   new Response(`upstream has ${new URL(request.url).pathname}`));
 * const handler = httpProxy(() => new Response("app"), {
 *   "/api": {
 *     target: `http://127.0.0.1:${upstream.addr.port}`,
 *     removePrefix: true,
 *   },
 * });
 *
 * const server = Deno.serve(local, handler);
 * const base = `http://127.0.0.1:${server.addr.port}`;
 * const proxied = await fetch(`${base}/api/users`);
 * assertEquals(await proxied.text(), "upstream has /users");
 * const other = await fetch(`${base}/apis`);
 * assertEquals(await other.text(), "app");
 *
 * await server.shutdown();
 * await upstream.shutdown();
 * ```
 */
export function httpProxy<Info extends ServeInfo = ServeInfo>(
  app: Handler<Info>,
  targets: HttpProxyTargets,
): Handler<Info> {
  if (typeof app !== "function") {
    throw new TypeError(
      `Cannot proxy as app must be a function: current value is ${
        Deno.inspect(app)
      }`,
    );
  }
  const resolved = resolveTargets(targets);
  const pseudonym = `devserve-${crypto.randomUUID().slice(0, 8)}`;
  let loaded: Promise<typeof import("./_proxy_to.ts")> | undefined;

  return async function httpProxyHandler(
    request: Request,
    info: Info,
  ): Promise<Response> {
    const place = placeOf(request.url);
    for (const target of resolved) {
      const rest = restAfter(place.target, target.segments);
      if (rest === undefined) continue;
      const path = joinTarget(
        target.basePath,
        target.removePrefix ? rest : place.target,
      );
      // All that speaks HTTP is loaded when it is needed for the first time.
      loaded ??= import("./_proxy_to.ts");
      const { proxyTo } = await loaded;
      return await proxyTo({ request, info, place, target, path, pseudonym });
    }
    return await app(request, info);
  };
}
