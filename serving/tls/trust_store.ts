import { type CaIdentity, caIdentity } from "./_ca_identity.ts";
import type { DevCa } from "./dev_ca.ts";
import { type Machine, thisMachine } from "./_machine.ts";
import { type Store, StoreError } from "./_store.ts";
import { linuxStore } from "./_trust_linux.ts";
import { macosStore } from "./_trust_macos.ts";
import { nssStores } from "./_trust_nss.ts";
import { windowsStore } from "./_trust_windows.ts";

export type { Machine };

/** A kind of trust store: the system's, or those browsers have on Linux. */
export type TrustStoreKind = "system" | "browsers";

/** Options for {@linkcode trustCa} and its kin. */
export interface TrustOptions {
  /**
   * The stores to deal with.
   *
   * @default {["system", "browsers"]}
   */
  stores?: readonly TrustStoreKind[];
  /**
   * What stores are found and changed by.
   *
   * @default {thisMachine()}
   */
  machine?: Machine;
}

/** How a certificate authority stands with one trust store. */
export interface TrustResult {
  /** What the store is called. */
  readonly store: string;
  /** Whether the store trusts it; `"unavailable"` if the store is unreadable. */
  readonly state: "trusted" | "not trusted" | "unavailable";
  /** Why it is not as it was asked for. */
  readonly reason?: string;
  /** What the user can do about it. */
  readonly hint?: string;
}

/**
 * Has a certificate authority trusted: by the system, where that takes the
 * rights of root asked for with `sudo` on a terminal alone, and on Linux by
 * Chromium and Firefox. Where it is trusted already, nothing is changed.
 *
 * Requires `--allow-run`, `--allow-env`, `--allow-read` and `--allow-write`
 * permissions; with `--allow-sys=uid` root is told from others, and spared `sudo`.
 *
 * @param ca The certificate authority.
 * @param options Additional options.
 * @returns How it stands with each store now.
 * @throws {SyntaxError} If its file has anything but one certificate.
 */
export function trustCa(
  ca: DevCa,
  options: TrustOptions = {},
): Promise<TrustResult[]> {
  return eachStore(ca, options, async (store) => {
    if (await store.isTrusted()) return;
    await store.add();
    if (await store.isTrusted()) return;
    throw new StoreError("it was added, but is not taken into account");
  });
}

/**
 * Takes back what {@linkcode trustCa} has done, and nothing else: what others
 * have added, such as mkcert, stays.
 *
 * Requires the permissions of {@linkcode trustCa}.
 *
 * @param ca The certificate authority.
 * @param options Additional options.
 * @returns How it stands with each store now.
 * @throws {SyntaxError} If its file has anything but one certificate.
 */
export function untrustCa(
  ca: DevCa,
  options: TrustOptions = {},
): Promise<TrustResult[]> {
  return eachStore(ca, options, async (store) => {
    await store.remove();
    if (!await store.isTrusted()) return;
    throw new StoreError(
      "it was not devserve that added it",
      ca.isMkcert ? "run: mkcert -uninstall" : undefined,
    );
  });
}

/**
 * Tells where a certificate authority is trusted, whoever added it.
 *
 * Requires `--allow-run`, `--allow-env` and `--allow-read` permissions.
 *
 * @param ca The certificate authority.
 * @param options Additional options.
 * @returns How it stands with each store.
 * @throws {SyntaxError} If its file has anything but one certificate.
 */
export function isCaTrusted(
  ca: DevCa,
  options: TrustOptions = {},
): Promise<TrustResult[]> {
  return eachStore(ca, options, () => Promise.resolve());
}

async function eachStore(
  ca: DevCa,
  options: TrustOptions,
  act: (store: Store) => Promise<void>,
): Promise<TrustResult[]> {
  const { stores = ["system", "browsers"] } = options;
  const { machine = thisMachine(() => {}) } = options;
  const identity = await caIdentity(ca);
  const results: TrustResult[] = [];
  for (const store of storesOf(stores, ca, identity, machine)) {
    // One after the other: each may ask for a password.
    const failure = await failureOf(() => act(store));
    results.push(await resultOf(store, failure));
  }
  return results;
}

function storesOf(
  kinds: readonly TrustStoreKind[],
  ca: DevCa,
  identity: CaIdentity,
  machine: Machine,
): Store[] {
  const isLinux = machine.os !== "darwin" && machine.os !== "windows";
  const systemStore = isLinux
    ? linuxStore
    : machine.os === "darwin"
    ? macosStore
    : windowsStore;
  return [
    ...kinds.includes("system") ? [systemStore(ca, identity, machine)] : [],
    ...kinds.includes("browsers") && isLinux
      ? nssStores(ca, identity, machine)
      : [],
  ];
}

async function resultOf(
  store: Store,
  failure: StoreError | undefined,
): Promise<TrustResult> {
  let isTrusted = false;
  const unreadable = await failureOf(async () => {
    isTrusted = await store.isTrusted();
  });
  const error = unreadable ?? failure;
  return {
    store: store.name,
    state: unreadable ? "unavailable" : isTrusted ? "trusted" : "not trusted",
    ...error && { reason: error.message },
    ...error?.hint !== undefined && { hint: error.hint },
  };
}

async function failureOf(
  act: () => Promise<void>,
): Promise<StoreError | undefined> {
  try {
    await act();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
}
