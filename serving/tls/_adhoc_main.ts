/**
 * Writes the certificate and key of {@linkcode adhocSslPair} as JSON, for the
 * hosts that its arguments name.
 *
 * @module
 */
import { adhocSslPair } from "./adhoc_ssl_pair.ts";

if (import.meta.main) {
  try {
    const pair = adhocSslPair({ hosts: Deno.args });
    Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(pair)));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    Deno.stderr.writeSync(new TextEncoder().encode(text));
    Deno.exitCode = 1;
  }
}
