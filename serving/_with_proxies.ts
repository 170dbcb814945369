import type { Handler } from "./handler.ts";

/** Computed, as Deno would otherwise load it ahead of time, for all others. */
const HTTP_PROXY =
  new URL("../middleware/http_proxy/http_proxy.ts", import.meta.url).href;

/** URL prefixes and the upstreams that answer what is below them. */
export type Proxies = Readonly<Record<string, string>>;

/**
 * Has upstreams answer some requests in place of the app.
 *
 * @throws {TypeError | SyntaxError} If a prefix or an upstream cannot be used.
 */
export async function withProxies(
  app: Handler,
  proxies: Proxies,
): Promise<Handler> {
  if (Object.keys(proxies).length === 0) return app;
  const { httpProxy } = await import(
    HTTP_PROXY
  ) as typeof import("../middleware/http_proxy/http_proxy.ts");
  return httpProxy(app, proxies);
}
