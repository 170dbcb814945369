import { originalInfo } from "./_derive_info.ts";

/** On the global registry, as the server may use another copy of this module. */
const CLIENT = Symbol.for("devserve.client");

/** Tells the server, for its log, which client a proxy has forwarded. */
export function setForwardedClient(info: object, address: string): void {
  Reflect.set(originalInfo(info), CLIENT, address);
}

/** The client that {@linkcode setForwardedClient} has told. */
export function forwardedClient(info: object): string | undefined {
  const address: unknown = Reflect.get(info, CLIENT);
  return typeof address === "string" ? address : undefined;
}
