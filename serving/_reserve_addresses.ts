import { Relay } from "../reloader/relay.ts";
import { answerPlainHttp } from "./_answer_plain_http.ts";
import type { BindAddress } from "./bind_address.ts";
import { openAll } from "./_open_all.ts";
import { clearStaleSocket } from "./_unix_socket.ts";

/** Addresses for generations. */
export interface ReservedAddresses {
  /** The addresses with their port numbers. */
  readonly addresses: readonly BindAddress[];
  /** What passes connections on, where generations do not share the ports. */
  readonly relay?: Relay;
  /** The addresses that it listens on. */
  readonly relayed?: readonly Deno.Addr[];
}

/**
 * Makes sure that addresses can be had, and gives them their port numbers.
 *
 * Generations share the ports among each other (`SO_REUSEPORT`), so they would
 * not notice that somebody else shares them, too. Only Linux lets one follow the
 * other then; elsewhere a relay keeps the ports.
 *
 * @param addresses The addresses.
 * @param relay Whether there is to be a relay in any case.
 * @param isSecure Whether HTTPS is served.
 * @throws {Deno.errors.AddrInUse} If an address is in use.
 */
export function reserveAddresses(
  addresses: readonly BindAddress[],
  relay: boolean,
  isSecure: boolean,
): ReservedAddresses {
  for (const address of addresses) {
    if (address.transport === "unix") clearStaleSocket(address.path);
  }
  const opened = openAll<Deno.Listener>(addresses, {
    tcp: (hostname, port) => Deno.listen({ hostname, port }),
    // Deno removes the file when it is closed.
    unix: (path) => Deno.listen({ transport: "unix", path }),
    close: (listener) => listener.close(),
  });
  const reserved = opened.map(({ address }) => address);
  const listeners = opened.flatMap(({ sockets: [first, second] }) =>
    second === undefined ? [first] : [first, second]
  );
  if (relay || Deno.build.os !== "linux") {
    return {
      addresses: reserved,
      relay: new Relay(listeners, {
        answer: isSecure ? answerPlainHttp : undefined,
      }),
      relayed: listeners.map(({ addr }) => addr),
    };
  }
  for (const listener of listeners) listener.close();
  return { addresses: reserved };
}
