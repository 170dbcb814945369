import type { CaIdentity } from "./_ca_identity.ts";
import type { DevCa } from "./dev_ca.ts";
import { homeOf, type Machine } from "./_machine.ts";
import { change, runProgram } from "./_run_program.ts";
import type { Store } from "./_store.ts";

/**
 * The user's own keychain on macOS, for TLS alone: no administrator is asked,
 * only the user, in a dialog. All browsers read it, Firefox since 120.
 */
export function macosStore(
  { certFile }: DevCa,
  { sha1 }: CaIdentity,
  machine: Machine,
): Store {
  const keychain = `${homeOf(machine)}/Library/Keychains/login.keychain-db`;
  return {
    name: "System (login keychain)",
    isTrusted: async () =>
      // -l: without it an authority is no valid end of a chain; -L: offline.
      (await runProgram(machine, [
        ...["security", "verify-cert", "-l", "-L"] as const,
        ...["-p", "ssl", "-c", certFile],
      ])).ok,
    add: () =>
      change(machine, [
        ...["security", "add-trusted-cert", "-r", "trustRoot"] as const,
        ...["-p", "ssl", "-p", "basic", "-k", keychain, certFile],
      ]),
    remove: async () => {
      const { output } = await runProgram(machine, [
        ...["security", "find-certificate", "-a", "-Z", keychain] as const,
      ]);
      if (!output.includes(sha1)) return;
      // -t: the settings that make it trusted, too.
      await change(machine, [
        ...["security", "delete-certificate", "-Z", sha1] as const,
        ...["-t", keychain],
      ]);
    },
  };
}
