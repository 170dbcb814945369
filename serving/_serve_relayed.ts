import { RelayedClients } from "../reloader/relayed_clients.ts";
import type { BindAddress } from "./bind_address.ts";
import type { ServeInfo } from "./handler.ts";
import type { Listening, ListenOptions } from "./_listen.ts";
import { serve } from "./_serve.ts";
import { urlOf } from "./_url_of.ts";

/** Where the private port is, and where the relay comes from. */
const HOST = "127.0.0.1";

/**
 * Serves connections that the supervisor relays, on a private port, as if they
 * had come in where they did. Anybody on this machine can connect to that port,
 * also who must not use the public address, so all others are refused.
 *
 * @param addresses The addresses as the user named them, with their ports.
 * @param addrs What the supervisor listens on.
 */
export function serveRelayed(
  addresses: readonly BindAddress[],
  addrs: readonly Deno.Addr[],
  { handlerFor, onError, ssl }: ListenOptions,
): Listening {
  const clients = new RelayedClients();
  const server = serve(
    { hostname: HOST, port: 0, onError, onListen: () => {} },
    (request, info) => {
      const { hostname, port } = info.remoteAddr;
      // Who comes from 127.0.0.2 can have the same port as the relay.
      const client = hostname === HOST ? clients.get(port) : undefined;
      if (client === undefined) return refusal();
      const { clientCertificate } = info as ServeInfo;
      const relayedInfo: ServeInfo = {
        remoteAddr: client.address,
        get completed() {
          return info.completed;
        },
        ...clientCertificate && { clientCertificate },
      };
      return handlerFor(client.local)(
        request,
        relayedInfo as Deno.ServeHandlerInfo,
      );
    },
    ssl,
  );
  return {
    servers: [server],
    addrs,
    urls: addresses.map((address) =>
      urlOf(address, ssl === undefined ? "http" : "https")
    ),
    relayed: { port: server.addr.port, clients },
  };
}

function refusal(): Response {
  return new Response("Forbidden: this port is private\n", {
    status: 403,
    headers: { "connection": "close" },
  });
}
