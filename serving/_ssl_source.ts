import type { BindAddress } from "./bind_address.ts";
import { loadSsl } from "./_load_ssl.ts";
import type { Log } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import type { ServedSslPair } from "./tls/ssl_context.ts";

const DAY_MS = 86_400_000;

/**
 * Loads the certificate that the options ask for, and anew when the result is
 * called and a file has changed. If what is there then cannot be used (one file
 * of the pair has been replaced, the other not yet), the last one that could is
 * returned, and the log told.
 *
 * `"adhoc"` is only loaded when the result is called: making a certificate takes
 * as long as the first process needs to start, which it can do meanwhile.
 */
export async function sslSource(
  addresses: readonly BindAddress[],
  options: ServerOptions,
  log: Log,
): Promise<() => Promise<ServedSslPair | undefined>> {
  const isAdhoc = options.sslContext === "adhoc";
  let known = isAdhoc ? "" : stateOf(options);
  let current = isAdhoc ? undefined : await loadSsl(addresses, options);

  return async function currentSsl() {
    const state = stateOf(options);
    if (state === known) return current;
    known = state;
    try {
      current = await loadSsl(addresses, options);
    } catch (error) {
      if (current === undefined) throw error;
      const why = error instanceof Error ? error.message : String(error);
      log.message("warn", `Serving with the certificate as it was: ${why}`);
    }
    return current;
  };
}

/** The files of the certificate that the options ask for. */
export function sslFiles({ sslContext }: ServerOptions): string[] {
  return Array.isArray(sslContext) ? [...sslContext] : [];
}

/** What the certificate depends on; that of `"adhoc"` may have expired. */
function stateOf(options: ServerOptions): string {
  if (options.sslContext === "adhoc") {
    return String(Math.floor(Date.now() / DAY_MS));
  }
  return sslFiles(options).map(readOrEmpty).join("\0");
}

function readOrEmpty(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // What is wrong is said when it is loaded.
    return "";
  }
}
