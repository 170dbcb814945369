import type { Duplex as NodeDuplex } from "node:stream";
import type { PeerCertificate, TLSSocket as NodeTlsSocket } from "node:tls";
import { withUrl } from "../../middleware/_with_url.ts";
import type { ClientCertificate, ServeInfo } from "../handler.ts";
import type { SslPair } from "./ssl_context.ts";

/** What {@linkcode serveClientCerts} takes besides the handler. */
export interface ServeClientCertsOptions extends Deno.ServeTcpOptions {
  /** The certificate, the key and whose clients are let in. */
  readonly ssl: SslPair;
}

/** Milliseconds that a client may take for its handshake. */
const HANDSHAKE_MS = 30_000;

/**
 * Does what `Deno.serve` does for HTTPS, but lets in only clients whose
 * certificate is signed by `ssl.ca`, and tells the handler of it as
 * `info.clientCertificate`.
 *
 * `Deno.serve` cannot ask for certificates and `node:tls` can; so that decrypts,
 * and `Deno.serve` gets the rest, HTTP/2 as well, on a private port, where it
 * serves no other connections than ours.
 */
export function serveClientCerts(
  { hostname, port, reusePort, onError, onListen, ssl }:
    ServeClientCertsOptions,
  handler: Deno.ServeHandler<Deno.NetAddr>,
): Deno.HttpServer<Deno.NetAddr> {
  const { createServer } = process.getBuiltinModule("node:tls");
  const { Duplex } = process.getBuiltinModule("node:stream");
  const clients = new Map<number, Partial<ServeInfo>>();
  const sockets = new Set<NodeDuplex>();

  const listener = Deno.listen({
    ...hostname !== undefined && { hostname },
    ...port !== undefined && { port },
    ...reusePort && { reusePort },
  });
  const inner = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    ...onError && { onError },
    onListen: () => {},
  }, (request, info) => {
    const client = clients.get(info.remoteAddr.port);
    if (client === undefined) {
      return new Response("Forbidden: this port is private\n", { status: 403 });
    }
    const secureInfo = {
      ...client,
      get completed() {
        return info.completed;
      },
    };
    return handler(
      withUrl(request, request.url.replace("http:", "https:")),
      secureInfo as Deno.ServeHandlerInfo<Deno.NetAddr>,
    );
  });
  onListen?.(listener.addr);

  async function accept(): Promise<void> {
    for await (const connection of listener) take(connection);
  }

  function take(connection: Deno.TcpConn): void {
    const { remoteAddr } = connection;
    const encrypted = toDuplex(connection);
    sockets.add(encrypted);
    encrypted.on("error", () => encrypted.destroy());
    encrypted.on("close", () => sockets.delete(encrypted));
    // A server that listens on nothing, for this connection alone, as a socket
    // does not tell by what way it has come. It checks the certificate, which a
    // mere `TLSSocket` would not do.
    const gate = createServer({
      ...ssl,
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: HANDSHAKE_MS,
      ALPNProtocols: ["h2", "http/1.1"],
    }, (socket) => {
      socket.on("error", () => socket.destroy());
      const clientCertificate = clientCertificateOf(
        socket.getPeerCertificate(),
      );
      carry(socket, { remoteAddr, clientCertificate })
        .catch(() => socket.destroy());
    });
    // It does not speak TLS or has no such certificate, or it has just left.
    gate.on("tlsClientError", () => encrypted.destroy());
    gate.emit("connection", encrypted);
  }

  async function carry(
    socket: NodeTlsSocket,
    client: Partial<ServeInfo>,
  ): Promise<void> {
    const { hostname, port } = inner.addr;
    const connection = await Deno.connect({ hostname, port });
    connection.setNoDelay();
    const own = connection.localAddr.port;
    clients.set(own, client);
    const plain = toDuplex(connection);
    plain.on("error", () => socket.destroy());
    plain.on("close", () => {
      clients.delete(own);
      socket.end();
    });
    socket.on("close", () => plain.destroy());
    socket.pipe(plain).pipe(socket);
  }

  function toDuplex({ readable, writable }: Deno.TcpConn): NodeDuplex {
    return Duplex.fromWeb(
      { readable, writable } as Parameters<typeof Duplex.fromWeb>[0],
    );
  }

  async function shutdown(): Promise<void> {
    try {
      listener.close();
    } catch {
      // It was closed before.
    }
    await inner.shutdown();
    for (const socket of sockets) socket.destroy();
  }

  accept().catch(() => {
    // The listener is closed.
  });
  return {
    addr: listener.addr,
    finished: inner.finished,
    ref: () => inner.ref(),
    unref: () => inner.unref(),
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

/** What the handler is told of a certificate that was checked. */
function clientCertificateOf(
  certificate: PeerCertificate,
): ClientCertificate {
  const { subject, issuer, subjectaltname, serialNumber, fingerprint256 } =
    certificate;
  return {
    subject: { ...subject },
    issuer: { ...issuer },
    names: subjectaltname?.split(", ") ?? [],
    serialNumber,
    fingerprint256,
    validFrom: new Date(certificate.valid_from),
    validTo: new Date(certificate.valid_to),
  };
}
