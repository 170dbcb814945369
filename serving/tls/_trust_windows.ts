import type { CaIdentity } from "./_ca_identity.ts";
import type { DevCa } from "./dev_ca.ts";
import type { Machine } from "./_machine.ts";
import { change, exists, runProgram } from "./_run_program.ts";
import { type Store, StoreError } from "./_store.ts";

/**
 * The user's own roots on Windows: no administrator is asked, only the user,
 * in a dialog. All browsers read them, Firefox since 120.
 */
export function windowsStore(
  { certFile, isMkcert }: DevCa,
  { sha1 }: CaIdentity,
  machine: Machine,
): Store {
  const certutil = certutilOf(machine);
  const isThere = async () =>
    (await runProgram(machine, [certutil, "-user", "-store", "Root", sha1])).ok;
  return {
    name: "System (certificates of the user)",
    isTrusted: isThere,
    add: () =>
      change(machine, [certutil, "-user", "-addstore", "Root", certFile]),
    remove: async () => {
      if (!await isThere()) return;
      // There is one entry, whoever made it.
      if (isMkcert) {
        throw new StoreError(
          "it may have been mkcert that added it",
          "run: mkcert -uninstall",
        );
      }
      await change(machine, [certutil, "-user", "-delstore", "Root", sha1]);
    },
  };
}

/** The one of Windows: that of NSS has the same name and may come first. */
function certutilOf(machine: Machine): string {
  const path = `${machine.env("SystemRoot")}\\System32\\certutil.exe`;
  return exists(path) ? path : "certutil";
}
