import { serveClientCerts } from "./tls/serve_client_certs.ts";
import type { SslPair } from "./tls/ssl_context.ts";

/** Serves HTTP or HTTPS on a TCP port, as `Deno.serve` does where it can. */
export function serve(
  options: Deno.ServeTcpOptions,
  handler: Deno.ServeHandler<Deno.NetAddr>,
  ssl: SslPair | undefined,
): Deno.HttpServer<Deno.NetAddr> {
  if (ssl?.ca !== undefined) {
    return serveClientCerts({ ...options, ssl }, handler);
  }
  return Deno.serve({
    ...options,
    ...ssl && { cert: ssl.cert, key: ssl.key },
  }, handler);
}
