import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  isCaTrusted,
  trustCa,
  untrustCa,
} from "../../../serving/tls/trust_store.ts";
import { tool } from "../../_tool.ts";
import { type FakeMachine, fakeMachine } from "./_fake_machine.ts";
import { testCa } from "./_test_ca.ts";

const ignore = Deno.build.os !== "linux";
const stores = ["system"] as const;
const DEBIAN = "/usr/local/share/ca-certificates";
const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

/** A system with the real update-ca-certificates, kept within its root. */
async function debian(machine: FakeMachine): Promise<void> {
  const { root } = machine;
  for (const path of [DEBIAN, "/etc/ssl/certs", "/usr/share/ca-certificates"]) {
    await Deno.mkdir(root + path, { recursive: true });
  }
  await Deno.copyFile(
    testCa("same_name_ca").certFile,
    `${root}/usr/share/ca-certificates/other.crt`,
  );
  await Deno.writeTextFile(`${root}/etc/ca-certificates.conf`, "other.crt\n");
  await machine.take("install", "rm");
  await machine.recorder(
    "update-ca-certificates",
    `PATH='${Deno.env.get("PATH")}':/usr/sbin:/sbin exec \
update-ca-certificates --certsconf ${root}/etc/ca-certificates.conf \
--certsdir ${root}/usr/share/ca-certificates --localcertsdir ${root}${DEBIAN} \
--etccertsdir ${root}/etc/ssl/certs --hooksdir ${root}/none`,
  );
}

/** Lets `sudo` of a machine note what it runs, and run it. */
function withSudo(machine: FakeMachine): Promise<void> {
  return machine.recorder("sudo", 'exec "$@"');
}

function namesIn(path: string): string[] {
  return [...Deno.readDirSync(path)].map(({ name }) => name);
}

Deno.test({
  name: "trustCa() has update-ca-certificates add the certificate on Debian",
  ignore: ignore || tool("/usr/sbin/update-ca-certificates").ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await debian(machine);
    const ca = testCa();
    const store = `System (${machine.root}${BUNDLE})`;

    const before = await isCaTrusted(ca, { stores, machine });
    assertEquals(before, [{ store, state: "not trusted" }]);

    const trusted = await trustCa(ca, { stores, machine });
    assertEquals(trusted, [{ store, state: "trusted" }]);
    const bundle = await Deno.readTextFile(machine.root + BUNDLE);
    assertStringIncludes(bundle, ca.cert.trim());
    assertStringIncludes(bundle, testCa("same_name_ca").cert.trim());
    const [anchor] = namesIn(machine.root + DEBIAN) as [string];
    assertEquals(/^devserve-[0-9a-f]{16}\.crt$/.test(anchor), true, anchor);
    const { mode } = await Deno.stat(`${machine.root}${DEBIAN}/${anchor}`);
    assertEquals(mode! & 0o777, 0o644);

    const untrusted = await untrustCa(ca, { stores, machine });
    assertEquals(untrusted, [{ store, state: "not trusted" }]);
    assertEquals(namesIn(machine.root + DEBIAN), []);
    const after = await Deno.readTextFile(machine.root + BUNDLE);
    assertEquals(after, testCa("same_name_ca").cert);
  },
});

Deno.test({
  name: "trustCa() changes nothing where the certificate is trusted already",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await Deno.mkdir(machine.root + DEBIAN, { recursive: true });
    await Deno.mkdir(`${machine.root}/etc/ssl/certs`, { recursive: true });
    await machine.recorder("install");
    await machine.recorder("update-ca-certificates");
    const ca = testCa();
    await Deno.writeTextFile(machine.root + BUNDLE, `# added\n${ca.cert}`);
    const trusted = await trustCa(ca, { stores, machine });
    const store = `System (${machine.root}${BUNDLE})`;
    assertEquals(trusted, [{ store, state: "trusted" }]);
    // What others have added is not ours to remove.
    const [untrusted] = await untrustCa(ca, { stores, machine });
    assertEquals(untrusted?.state, "trusted");
    assertEquals(untrusted?.reason, "it was not devserve that added it");
    assertEquals(await machine.calls(), []);
  },
});

Deno.test({
  name: "untrustCa() leaves the files of others alone",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await debian(machine);
    const other = `${machine.root}${DEBIAN}/mkcert.crt`;
    await Deno.writeTextFile(other, testCa().cert);
    await untrustCa(testCa(), { stores, machine });
    assertEquals(namesIn(machine.root + DEBIAN), ["mkcert.crt"]);
  },
});

Deno.test({
  name: "trustCa() knows how Fedora, Arch and SUSE do it",
  ignore,
  fn: async () => {
    const systems = [
      [
        "/etc/pki/ca-trust/source/anchors",
        "pem",
        "update-ca-trust extract",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
      ],
      [
        "/etc/ca-certificates/trust-source/anchors",
        "crt",
        "trust extract-compat",
        "/etc/ssl/certs/ca-certificates.crt",
      ],
      [
        "/etc/pki/trust/anchors",
        "pem",
        "update-ca-certificates",
        "/etc/ssl/ca-bundle.pem",
      ],
    ] as const;
    for (const [anchors, ending, update, bundle] of systems) {
      await using machine = await fakeMachine();
      const { root } = machine;
      await Deno.mkdir(root + anchors, { recursive: true });
      await machine.take("install", "rm");
      await machine.recorder(
        update.split(" ")[0]!,
        `PATH=/usr/bin:/bin; mkdir -p $(dirname ${root}${bundle})
cat /dev/null ${root}${anchors}/*.${ending} > ${root}${bundle} || :`,
      );
      const ca = testCa();
      const [trusted] = await trustCa(ca, { stores, machine });
      assertEquals(trusted, {
        store: `System (${root}${bundle})`,
        state: "trusted",
      });
      const [untrusted] = await untrustCa(ca, { stores, machine });
      assertEquals(untrusted?.state, "not trusted");
      assertEquals(await machine.calls(), [update, update]);
      assertEquals(namesIn(root + anchors), []);
    }
  },
});

Deno.test({
  name: "trustCa() uses sudo on a terminal, and tells beforehand",
  ignore: ignore || tool("/usr/sbin/update-ca-certificates").ignore,
  fn: async () => {
    await using machine = await fakeMachine({
      isRoot: false,
      isTerminal: true,
    });
    await debian(machine);
    await withSudo(machine);
    const ca = testCa();
    const [result] = await trustCa(ca, { stores, machine });
    assertEquals(result?.state, "trusted");
    const [anchor] = namesIn(machine.root + DEBIAN) as [string];
    assertEquals(machine.sudone, [
      `sudo install -m 644 ${ca.certFile} ${machine.root}${DEBIAN}/${anchor}`,
      "sudo update-ca-certificates",
    ]);
    assertEquals(await machine.calls(), [
      ...machine.sudone,
      "update-ca-certificates",
    ]);
  },
});

Deno.test({
  name: "trustCa() prints the commands where nobody can be asked",
  ignore,
  fn: async () => {
    for (const hasSudo of [true, false]) {
      await using machine = await fakeMachine({
        isRoot: false,
        isTerminal: !hasSudo,
      });
      await debian(machine);
      if (hasSudo) await withSudo(machine);
      const ca = { ...testCa(), certFile: "/home/a b/it's/ca.crt" };
      const [result] = await trustCa(ca, { stores, machine });
      assertEquals(result?.state, "not trusted");
      assertEquals(result?.reason, "that takes the rights of root");
      const sudo = hasSudo ? "sudo " : "";
      assertStringIncludes(
        result?.hint ?? "",
        `${sudo}install -m 644 '/home/a b/it'\\''s/ca.crt' ${machine.root}`,
      );
      assertStringIncludes(
        result?.hint ?? "",
        `.crt && ${sudo}update-ca-certificates`,
      );
      assertEquals(await machine.calls(), []);
    }
  },
});

Deno.test({
  name: "trustCa() says what failed and how to do it by hand",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await Deno.mkdir(machine.root + DEBIAN, { recursive: true });
    await machine.take("install");
    await machine.recorder("update-ca-certificates", "echo full disk; exit 1");
    const [result] = await trustCa(testCa(), { stores, machine });
    assertEquals(result?.state, "not trusted");
    assertEquals(result?.reason, "update-ca-certificates says: full disk");
    assertEquals(result?.hint, "run it by hand: update-ca-certificates");
  },
});

Deno.test({
  name: "trustCa() says so when the store takes no account of it",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await Deno.mkdir(machine.root + DEBIAN, { recursive: true });
    await machine.take("install");
    await machine.recorder("update-ca-certificates");
    const [result] = await trustCa(testCa(), { stores, machine });
    assertEquals(result?.state, "not trusted");
    assertEquals(
      result?.reason,
      "it was added, but is not taken into account",
    );
  },
});

Deno.test({
  name: "trustCa() names the certificate where the system is not known",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    const ca = testCa();
    const [result] = await trustCa(ca, { stores, machine });
    assertEquals(result?.state, "unavailable");
    assertStringIncludes(result?.hint ?? "", ca.certFile);
    const [untrusted] = await untrustCa(ca, { stores, machine });
    assertEquals(untrusted?.state, "unavailable");
  },
});
