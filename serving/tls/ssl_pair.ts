import { adhocSslPair } from "./adhoc_ssl_pair.ts";
import { checkSslPair, loadSslContext } from "./load_ssl_context.ts";
import type { SslContext, SslPair } from "./ssl_context.ts";

/**
 * The certificate and key that an `sslContext` stands for, checked.
 *
 * @param context Where they come from.
 * @param hosts The names and addresses of the server, for `"adhoc"`.
 */
export function sslPairOf(
  context: SslContext,
  hosts: readonly string[],
): SslPair {
  if (context === "adhoc") return adhocSslPair({ hosts });
  if ("cert" in context) return checkSslPair(context);
  return loadSslContext(...context);
}
