import type { BindAddress } from "./bind_address.ts";
import type { ServerOptions } from "./make_server.ts";
import { sslHosts } from "./_ssl_hosts.ts";
import type { ServedSslPair } from "./tls/ssl_context.ts";

/**
 * What deals with certificates, loaded when there is one: the URL is computed,
 * as Deno would otherwise load it ahead of time, for HTTP as well.
 */
const SSL_PAIR = new URL("./tls/ssl_pair.ts", import.meta.url).href;

/**
 * The certificate and key that the options ask for, checked; `undefined` if it
 * is HTTP that is served.
 */
export async function loadSsl(
  addresses: readonly BindAddress[],
  { sslContext, allowedHosts }: ServerOptions,
): Promise<ServedSslPair | undefined> {
  if (sslContext === undefined) return undefined;
  const { sslPairOf } = await import(
    SSL_PAIR
  ) as typeof import("./tls/ssl_pair.ts");
  return sslPairOf(sslContext, sslHosts(addresses, allowedHosts));
}
