import { adhocSslPair } from "./adhoc_ssl_pair.ts";
import { givenSslPair } from "./given_ssl_pair.ts";
import type { ServedSslPair, SslContext } from "./ssl_context.ts";

/**
 * The certificate and key that an `sslContext` stands for, checked.
 *
 * @param context Where they come from.
 * @param hosts The names and addresses of the server, for `"adhoc"`.
 */
export function sslPairOf(
  context: SslContext,
  hosts: readonly string[],
): ServedSslPair {
  return context === "adhoc" ? adhocSslPair({ hosts }) : givenSslPair(context);
}
