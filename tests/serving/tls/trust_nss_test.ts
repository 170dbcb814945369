import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import {
  isCaTrusted,
  trustCa,
  untrustCa,
} from "../../../serving/tls/trust_store.ts";
import { tool } from "../../_tool.ts";
import { type FakeMachine, fakeMachine } from "./_fake_machine.ts";
import { testCa } from "./_test_ca.ts";

const onLinux = Deno.build.os === "linux";
const ignore = !onLinux || tool("certutil").ignore;
const stores = ["browsers"] as const;

/** Runs certutil on a database of a machine's home directory. */
async function certutil(
  { home }: FakeMachine,
  database: string,
  ...args: string[]
): Promise<string> {
  const { stdout } = await new Deno.Command("certutil", {
    args: [...args, "-d", `sql:${home}/${database}`],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout);
}

/** Makes a database, as a browser does. */
async function database(
  machine: FakeMachine,
  path: string,
  password?: string,
): Promise<void> {
  await Deno.mkdir(`${machine.home}/${path}`, { recursive: true });
  const file = `${machine.home}/password`;
  await Deno.writeTextFile(file, `${password}\n`);
  const protection = password ? ["-f", file] : ["--empty-password"];
  await certutil(machine, path, "-N", ...protection);
}

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name);
}

/** The entries of a database: names and trust. */
async function entries(
  machine: FakeMachine,
  path: string,
): Promise<string[]> {
  const list = await certutil(machine, path, "-L");
  return list.split("\n").slice(4).filter((line) => line !== "")
    .map((line) => line.replace(/\s+/g, " ").trim())
    .map((line) => line.replace(/-[0-9a-f]{16} /, "-… "));
}

Deno.test({
  name: "trustCa() makes the database of Chromium where it is missing",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    await machine.program("chromium", "");
    const ca = testCa();
    const store = "Chromium (~/.pki/nssdb)";
    const before = await isCaTrusted(ca, { stores, machine });
    assertEquals(before, [{ store, state: "not trusted" }]);
    assertEquals(namesIn(machine.home), []);

    const trusted = await trustCa(ca, { stores, machine });
    assertEquals(trusted, [{ store, state: "trusted" }]);
    assertEquals(await entries(machine, ".pki/nssdb"), ["devserve-… C,,"]);
    const { mode } = await Deno.stat(`${machine.home}/.pki/nssdb`);
    assertEquals(mode! & 0o777, 0o700);
    assertEquals(await trustCa(ca, { stores, machine }), trusted);

    const untrusted = await untrustCa(ca, { stores, machine });
    assertEquals(untrusted, [{ store, state: "not trusted" }]);
    assertEquals(await entries(machine, ".pki/nssdb"), []);
  },
});

Deno.test({
  name: "trustCa() makes no database where there is no browser",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    assertEquals(await trustCa(testCa(), { stores, machine }), []);
    assertEquals(namesIn(machine.home), []);
  },
});

Deno.test({
  name: "trustCa() does not hide the newer database of Chromium",
  ignore,
  fn: async () => {
    for (const data of [".local/share", "data"]) {
      await using machine = await fakeMachine();
      await machine.take("certutil");
      await machine.program("chromium", "");
      if (data === "data") {
        machine.variables.XDG_DATA_HOME = `${machine.home}/data`;
      }
      await Deno.mkdir(`${machine.home}/${data}/pki/nssdb`, {
        recursive: true,
      });
      assertEquals(await trustCa(testCa(), { stores, machine }), [{
        store: `Chromium (~/${data}/pki/nssdb)`,
        state: "trusted",
      }]);
    }
  },
});

Deno.test({
  name: "trustCa() finds the profiles of Firefox, snaps and flatpaks",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    const databases = [
      ".pki/nssdb",
      ".local/share/pki/nssdb",
      "snap/chromium/current/.pki/nssdb",
      ".var/app/com.google.Chrome/.pki/nssdb",
      ".mozilla/firefox/abc.default release",
      ".config/mozilla/firefox/def.default",
      "snap/firefox/common/.mozilla/firefox/ghi.default",
      ".var/app/org.mozilla.firefox/.mozilla/firefox/jkl.default",
    ];
    for (const path of databases) await database(machine, path);
    await Deno.mkdir(`${machine.home}/.mozilla/firefox/Crash Reports`);
    await Deno.writeTextFile(`${machine.home}/.mozilla/firefox/p.ini`, "");
    const trusted = await trustCa(testCa(), { stores, machine });
    assertEquals(
      trusted.map(({ store, state }) => `${store}: ${state}`).sort(),
      databases.map((path, index) =>
        `${index < 4 ? "Chromium" : "Firefox"} (~/${path}): trusted`
      ).sort(),
    );
    for (const path of databases) {
      assertEquals(await entries(machine, path), ["devserve-… C,,"]);
    }
    await untrustCa(testCa(), { stores, machine });
    for (const path of databases) {
      assertEquals(await entries(machine, path), []);
    }
  },
});

Deno.test({
  name: "untrustCa() removes its own entry alone, also among equal names",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    await database(machine, ".pki/nssdb");
    const [ours, other] = [testCa(), testCa("same_name_ca")];
    await certutil(
      machine,
      ".pki/nssdb",
      ...["-A", "-t", "C,,", "-n", "other CA", "-i", other.certFile],
    );
    await trustCa(ours, { stores, machine });
    assertEquals((await entries(machine, ".pki/nssdb")).sort(), [
      "devserve-… C,,",
      "other CA C,,",
    ]);
    const [untrusted] = await untrustCa(ours, { stores, machine });
    assertEquals(untrusted?.state, "not trusted");
    assertEquals(await entries(machine, ".pki/nssdb"), ["other CA C,,"]);
    const [still] = await isCaTrusted(other, { stores, machine });
    assertEquals(still?.state, "trusted");
  },
});

Deno.test({
  name: "untrustCa() leaves what mkcert has added",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    await database(machine, ".pki/nssdb");
    const ca = testCa("ca", true);
    await certutil(
      machine,
      ".pki/nssdb",
      ...["-A", "-t", "C,,", "-n", "mkcert CA 12", "-i", ca.certFile],
    );
    const [trusted] = await trustCa(ca, { stores, machine });
    assertEquals(trusted?.state, "trusted");
    assertEquals(await untrustCa(ca, { stores, machine }), [{
      store: "Chromium (~/.pki/nssdb)",
      state: "trusted",
      reason: "it was not devserve that added it",
      hint: "run: mkcert -uninstall",
    }]);
    assertEquals(await entries(machine, ".pki/nssdb"), ["mkcert CA 12 C,,"]);
  },
});

Deno.test({
  name: "isCaTrusted() takes no entry that is not trusted for servers",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    await database(machine, ".pki/nssdb");
    await certutil(
      machine,
      ".pki/nssdb",
      ...["-A", "-t", ",C,", "-n", "mail", "-i", testCa().certFile],
    );
    const [result] = await isCaTrusted(testCa(), { stores, machine });
    assertEquals(result?.state, "not trusted");
  },
});

Deno.test({
  name: "trustCa() leaves nothing behind where a password protects a database",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    // Without a terminal of its own, which certutil would ask on.
    await machine.take("setsid");
    await Deno.rename(
      `${machine.programs}/certutil`,
      `${machine.programs}/certutil.real`,
    );
    await machine.program("certutil", 'exec setsid -w certutil.real "$@"');
    const profile = ".mozilla/firefox/abc.default";
    await database(machine, profile, "secret");
    const [result] = await trustCa(testCa(), { stores, machine });
    assertEquals(result?.state, "not trusted");
    assertStringIncludes(result?.reason ?? "", "certutil says: ");
    assertStringIncludes(
      result?.hint ?? "",
      `run it by hand: certutil -A -d sql:${machine.home}/${profile} -t C,, -n`,
    );
    assertEquals(await entries(machine, profile), []);
  },
});

Deno.test({
  name: "trustCa() tells which package has certutil where it is missing",
  ignore: !onLinux,
  fn: async () => {
    await using machine = await fakeMachine();
    for (const path of [".pki/nssdb", ".mozilla/firefox/a.default"]) {
      await Deno.mkdir(`${machine.home}/${path}`, { recursive: true });
      await Deno.writeTextFile(`${machine.home}/${path}/cert9.db`, "");
    }
    await machine.program("apt", "");
    const expected = {
      store: "Chromium and Firefox",
      state: "unavailable" as const,
      reason: 'the program "certutil" is not installed',
      hint: "run: sudo apt install libnss3-tools",
    };
    for (const act of [trustCa, untrustCa, isCaTrusted]) {
      assertEquals(await act(testCa(), { stores, machine }), [expected]);
    }
  },
});

Deno.test({
  name: "isCaTrusted() tells that a database cannot be read",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    await Deno.mkdir(`${machine.home}/.pki/nssdb`, { recursive: true });
    await Deno.writeTextFile(`${machine.home}/.pki/nssdb/cert9.db`, "broken");
    const [result] = await isCaTrusted(testCa(), { stores, machine });
    assertEquals(result?.state, "unavailable");
    assertStringIncludes(result?.reason ?? "", "certutil says: ");
  },
});

Deno.test("trustCa() gives no private key to any store", async () => {
  await using machine = await fakeMachine();
  const ca = testCa();
  const key =
    "-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----\n";
  for (const cert of [ca.cert + key, key + ca.cert, key]) {
    await assertRejects(
      () => trustCa({ ...ca, cert }, { machine }),
      SyntaxError,
      "PRIVATE KEY",
    );
  }
});

Deno.test("trustCa() gives no second certificate to any store", async () => {
  await using machine = await fakeMachine();
  const ca = testCa();
  const cert = ca.cert + testCa("same_name_ca").cert;
  await assertRejects(
    () => trustCa({ ...ca, cert }, { machine }),
    SyntaxError,
    "must be one certificate and nothing else",
  );
});
