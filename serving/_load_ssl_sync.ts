import type { BindAddress } from "./bind_address.ts";
import type { ServerOptions } from "./make_server.ts";
import { sslHosts } from "./_ssl_hosts.ts";
import { givenSslPair } from "./tls/given_ssl_pair.ts";
import type { ServedSslPair, SslPair } from "./tls/ssl_context.ts";

const ADHOC_MAIN = new URL("./tls/_adhoc_main.ts", import.meta.url).href;

/**
 * Does what {@linkcode loadSsl} does, at once. What deals with `"adhoc"` is not
 * loaded in this process, as nothing can be loaded without waiting.
 */
export function loadSslSync(
  addresses: readonly BindAddress[],
  { sslContext, allowedHosts }: ServerOptions,
): ServedSslPair | undefined {
  if (sslContext === undefined) return undefined;
  if (sslContext === "adhoc") return adhoc(sslHosts(addresses, allowedHosts));
  return givenSslPair(sslContext);
}

function adhoc(hosts: readonly string[]): SslPair {
  const { success, stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-config",
      "--no-lock",
      "--allow-env",
      "--allow-read",
      "--allow-write",
      "--allow-run",
      "--allow-sys=hostname,userInfo",
      ADHOC_MAIN,
      ...hosts,
    ],
    stdin: "null",
  }).outputSync();
  const decoder = new TextDecoder();
  if (success) return JSON.parse(decoder.decode(stdout));
  throw new Error(decoder.decode(stderr).trim());
}
