import { assertEquals } from "@std/assert";
import { trustCa, untrustCa } from "../../../serving/tls/trust_store.ts";
import { fakeMachine } from "./_fake_machine.ts";
import { testCa } from "./_test_ca.ts";

// The fake programs are shell scripts.
const ignore = Deno.build.os === "windows";
const SHA1 = "803550F01D81334AD1DE94E120056DB407AE69F0";
const store = "System (certificates of the user)";

/** What `certutil -user` does: a file of the home directory is its memory. */
const CERTUTIL = `case $2 in
-store) [ -e "$HOME/added" ] ;;
-addstore) : > "$HOME/added" ;;
-delstore) rm "$HOME/added" ;;
esac`;

Deno.test({
  name:
    "trustCa() adds to the roots of the user on Windows, untrustCa() undoes",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine({ os: "windows", isRoot: false });
    await machine.take("rm");
    await machine.recorder("certutil", CERTUTIL);
    const ca = testCa();
    const find = `certutil -user -store Root ${SHA1}`;
    const trusted = await trustCa(ca, { machine });
    assertEquals(trusted, [{ store, state: "trusted" }]);
    const untrusted = await untrustCa(ca, { machine });
    assertEquals(untrusted, [{ store, state: "not trusted" }]);
    assertEquals((await machine.calls()).filter((call) => call !== find), [
      `certutil -user -addstore Root ${ca.certFile}`,
      `certutil -user -delstore Root ${SHA1}`,
    ]);
  },
});

Deno.test({
  name: "trustCa() uses the certutil of Windows, not that of NSS",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine({ os: "windows", isRoot: false });
    machine.variables.SystemRoot = `${machine.programs}/Windows`;
    await machine.recorder("certutil", "exit 1");
    await machine.program("Windows\\System32\\certutil.exe", CERTUTIL);
    const trusted = await trustCa(testCa(), { machine });
    assertEquals(trusted, [{ store, state: "trusted" }]);
    assertEquals(await machine.calls(), []);
  },
});

Deno.test({
  name: "untrustCa() leaves the authority of mkcert on Windows",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine({ os: "windows", isRoot: false });
    await machine.recorder("certutil");
    assertEquals(await untrustCa(testCa("ca", true), { machine }), [{
      store,
      state: "trusted",
      reason: "it may have been mkcert that added it",
      hint: "run: mkcert -uninstall",
    }]);
    assertEquals(await machine.calls(), [
      `certutil -user -store Root ${SHA1}`,
      `certutil -user -store Root ${SHA1}`,
    ]);
  },
});
