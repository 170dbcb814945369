import { Relay } from "../reloader/relay.ts";
import { AddressLocks } from "./_address_locks.ts";
import { answerPlainHttp } from "./_answer_plain_http.ts";
import type { BindAddress } from "./bind_address.ts";
import { openAll } from "./_open_all.ts";
import { clearStaleSocket } from "./_unix_socket.ts";

/** Addresses for generations; to be disposed as soon as the first one listens. */
export interface ReservedAddresses extends Disposable {
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
 * not notice that somebody else shares them, too. Others who ask for a port find it
 * in use once a generation listens; until then, locks keep other supervisors off.
 * Only Linux lets one generation follow the other; elsewhere a relay keeps the
 * ports.
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
  using stack = new DisposableStack();
  const locks = stack.use(new AddressLocks());
  for (const address of addresses) {
    if (address.transport !== "unix") continue;
    const { path } = address;
    if (!locks.takeUnix(path)) {
      throw new Deno.errors.AddrInUse(
        `Cannot listen on "unix://${path}": another devserve is about to`,
      );
    }
    clearStaleSocket(path);
  }
  const opened = openAll<Deno.Listener>(addresses, {
    tcp(hostname, port) {
      // First, as to listen would be in the way of another one's generation. What
      // the kernel chooses is hardly ever chosen twice.
      const isFree = port === 0 ||
        locks.takeTcp({ transport: "tcp", hostname, port });
      if (isFree) return Deno.listen({ hostname, port });
      throw new Deno.errors.AddrInUse("Another devserve is about to listen");
    },
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
      // Who listens needs no locks.
      [Symbol.dispose]: () => {},
    };
  }
  for (const listener of listeners) listener.close();
  const held = stack.move();
  return { addresses: reserved, [Symbol.dispose]: () => held.dispose() };
}
