import type { SslPair } from "./ssl_context.ts";

/** Computed, as Deno would otherwise load it ahead of time, for HTTP as well. */
const GENERATE_PAIR = new URL("./_generate_pair.ts", import.meta.url).href;

/**
 * Makes a certificate for this computer that is not kept: for `localhost`,
 * `127.0.0.1` and `::1`, and for the name given and those one level below it.
 * The authority of the user signs it, which is made if there is none.
 *
 * After Werkzeug's `generate_adhoc_ssl_pair`, whose certificates are signed by
 * themselves. So are these if `cn` is a public name, which the authority may
 * not sign.
 *
 * Requires `--allow-env`, `--allow-read`, `--allow-write` and `--allow-run`
 * permission.
 *
 * @param cn A name or address that the certificate is for, too.
 * @default {"*"} No more names.
 * @returns The certificate and its key, in PEM.
 * @throws {SyntaxError} If `cn` is neither a host name nor an address.
 *
 * @example Usage
 * ```ts
 * import { generateAdhocSslPair } from "@x/devserve";
 * import { assertMatch } from "@std/assert";
 *
 * // Not needed: where the authority is kept, other than for the examples here.
 * Deno.env.set("DEVSERVE_CA_DIR", Deno.makeTempDirSync());
 *
 * const { cert, key } = await generateAdhocSslPair("app.test");
 * assertMatch(cert, /BEGIN CERTIFICATE/);
 * assertMatch(key, /BEGIN PRIVATE KEY/);
 * ```
 */
export async function generateAdhocSslPair(cn = "*"): Promise<SslPair> {
  const { generatePair } = await import(
    GENERATE_PAIR
  ) as typeof import("./_generate_pair.ts");
  return generatePair(cn);
}
