import { certificateHosts } from "./_certificate_hosts.ts";
import { checkSslPair, loadSslContext } from "./load_ssl_context.ts";
import type { ServedSslPair, SslContext } from "./ssl_context.ts";

/**
 * The certificate and key that the user gives, checked, and what hosts they are for.
 *
 * @param context The files, or their texts.
 */
export function givenSslPair(
  context: Exclude<SslContext, "adhoc">,
): ServedSslPair {
  const pair = "cert" in context
    ? checkSslPair(context)
    : loadSslContext(...context);
  return { ...pair, hosts: certificateHosts(pair.cert) };
}
