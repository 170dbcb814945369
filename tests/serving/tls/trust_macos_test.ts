import { assertEquals } from "@std/assert";
import {
  isCaTrusted,
  trustCa,
  untrustCa,
} from "../../../serving/tls/trust_store.ts";
import { fakeMachine } from "./_fake_machine.ts";
import { testCa } from "./_test_ca.ts";

// The fake programs are shell scripts.
const ignore = Deno.build.os === "windows";
const SHA1 = "803550F01D81334AD1DE94E120056DB407AE69F0";
const store = "System (login keychain)";

/** What `security` does: a file of the keychain's directory is its memory. */
const SECURITY = `case $1 in
verify-cert) [ -e "$HOME/added" ] ;;
add-trusted-cert) : > "$HOME/added" ;;
find-certificate) [ ! -e "$HOME/added" ] || echo "SHA-1 hash: ${SHA1}" ;;
delete-certificate) rm "$HOME/added" ;;
esac`;

Deno.test({
  name:
    "trustCa() adds to the keychain of the user on macOS, untrustCa() undoes",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine({ os: "darwin", isRoot: false });
    await machine.take("rm");
    await machine.recorder("security", SECURITY);
    const ca = testCa();
    const keychain = `${machine.home}/Library/Keychains/login.keychain-db`;
    const verify = `security verify-cert -l -L -p ssl -c ${ca.certFile}`;

    const before = await isCaTrusted(ca, { machine });
    assertEquals(before, [{ store, state: "not trusted" }]);
    const trusted = await trustCa(ca, { machine });
    assertEquals(trusted, [{ store, state: "trusted" }]);
    assertEquals((await machine.calls()).filter((call) => call !== verify), [
      `security add-trusted-cert -r trustRoot -p ssl -p basic -k ${keychain} ${ca.certFile}`,
    ]);

    const untrusted = await untrustCa(ca, { machine });
    assertEquals(untrusted, [{ store, state: "not trusted" }]);
    assertEquals(
      (await machine.calls()).filter((call) => call !== verify).slice(1),
      [
        `security find-certificate -a -Z ${keychain}`,
        `security delete-certificate -Z ${SHA1} -t ${keychain}`,
      ],
    );
    assertEquals(machine.sudone, []);
  },
});

Deno.test({
  name: "trustCa() says so when the user refuses on macOS",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine({ os: "darwin", isRoot: false });
    await machine.recorder("security", "echo canceled by the user >&2; exit 1");
    const [result] = await trustCa(testCa(), { machine });
    assertEquals(result?.state, "not trusted");
    assertEquals(result?.reason, "security says: canceled by the user");
  },
});

Deno.test({
  name: "untrustCa() deletes nothing that is not in the user's keychain",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine({ os: "darwin", isRoot: false });
    await machine.recorder("security", `[ $1 = verify-cert ]`);
    const [result] = await untrustCa(testCa(), { machine });
    assertEquals(result?.state, "trusted");
    assertEquals(result?.reason, "it was not devserve that added it");
    const calls = await machine.calls();
    assertEquals(calls.some((call) => call.includes("delete")), false);
  },
});
