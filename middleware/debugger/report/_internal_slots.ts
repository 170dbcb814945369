import { isProxy } from "node:util/types";

/** What the runtime knows of a promise. */
export interface PromiseDetails {
  readonly state: "pending" | "fulfilled" | "rejected";
  readonly result: unknown;
}

interface RuntimeCore {
  getPromiseDetails?(promise: object): [state: number, result: unknown];
  getProxyDetails?(proxy: object): [target: unknown, handler: unknown];
}

const STATES = ["pending", "fulfilled", "rejected"] as const;
// Nothing documented tells these without running code of the app. Where Deno
// takes them away, promises have no state and proxies no target.
const CORE = readCore();
const getPromiseDetails = CORE?.getPromiseDetails;
const getProxyDetails = CORE?.getProxyDetails;

/** The state of a promise, without waiting for it. */
export function promiseDetails(promise: object): PromiseDetails | undefined {
  const details = getPromiseDetails?.(promise);
  const state = details === undefined ? undefined : STATES[details[0]];
  return state && { state, result: details![1] };
}

/** The target of a proxy, without asking its handler; `null` if revoked. */
export function proxyTarget(proxy: object): object | null | undefined {
  if (!isProxy(proxy)) return undefined;
  return getProxyDetails?.(proxy)?.[0] as object | null | undefined;
}

function readCore(): RuntimeCore | undefined {
  const { internal } = Deno as unknown as { internal?: symbol };
  if (typeof internal !== "symbol") return undefined;
  return (Reflect.get(Deno, internal) as { core?: RuntimeCore } | undefined)
    ?.core;
}
