import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { certCommand } from "../../../serving/tls/cert_command.ts";
import { certFacts } from "../../../serving/tls/_cert_facts.ts";
import { LOCAL_NAMES } from "../../../serving/tls/_certificate_names.ts";
import { startProcess } from "../../_process.ts";
import { tool } from "../../_tool.ts";
import { type FakeMachine, fakeMachine } from "./_fake_machine.ts";
import { testCa } from "./_test_ca.ts";

const onLinux = Deno.build.os === "linux";

/** What a run of the command did. */
interface Run {
  code: number;
  out: string;
  err: string;
}

/** Gives a test a working folder, settings and a machine of its own. */
async function inFolder(
  test: (
    run: (...args: string[]) => Promise<Run>,
    machine: FakeMachine,
  ) => Promise<void>,
): Promise<void> {
  await using machine = await fakeMachine();
  const cwd = Deno.cwd();
  const settings: Record<string, string> = {
    DEVSERVE_CA_DIR: `${machine.home}/ca`,
    CAROOT: `${machine.home}/mkcert`,
    GIT_CONFIG_GLOBAL: "/dev/null",
  };
  const before = new Map(
    Object.keys(settings).map((name) => [name, Deno.env.get(name)]),
  );
  await Deno.mkdir(`${machine.home}/project`);
  try {
    Object.entries(settings).forEach((entry) => Deno.env.set(...entry));
    Deno.chdir(`${machine.home}/project`);
    await test(async (...args) => {
      const [out, err]: [string[], string[]] = [[], []];
      const code = await certCommand(args, (line) => out.push(line), {
        err: (line) => err.push(line),
        machine,
      });
      return { code, out: out.join("\n"), err: err.join("\n") };
    }, machine);
  } finally {
    Deno.chdir(cwd);
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
  }
}

function namesOf(path: string): readonly string[] {
  return certFacts(Deno.readTextFileSync(path)).names;
}

/** All files below a folder. */
function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesBelow(`${folder}/${name}`).map((path) => `${name}/${path}`)
      : [name]
  ).sort();
}

Deno.test("certCommand() makes a certificate and tells what to do next", () =>
  inFolder(async (run, { home }) => {
    const { code, out, err } = await run();
    assertEquals([code, err], [0, ""]);
    assertEquals(filesBelow("."), [
      "certs/localhost.crt",
      "certs/localhost.key",
    ]);
    assertEquals(namesOf("certs/localhost.crt"), LOCAL_NAMES);
    const { mode } = await Deno.stat("certs/localhost.key");
    if (Deno.build.os !== "windows") assertEquals(mode! & 0o777, 0o600);
    for (
      const line of [
        "Made certs/localhost.crt and certs/localhost.key",
        "--cert certs/localhost.crt --key certs/localhost.key",
        "  devserve cert --trust",
        `curl --cacert ${home}/ca/ca.crt https://localhost:8000/`,
        `DENO_CERT=${home}/ca/ca.crt deno run`,
        "DENO_TLS_CA_STORE=system deno run",
      ]
    ) assertStringIncludes(out, line);
  }));

Deno.test("certCommand() trusts nothing without being asked", () =>
  inFolder(async (run, machine) => {
    await machine.program("chromium", "");
    for (const name of ["certutil", "install", "update-ca-certificates"]) {
      await machine.recorder(name, "exit 1");
    }
    const anchors = `${machine.root}/usr/local/share/ca-certificates`;
    await Deno.mkdir(anchors, { recursive: true });
    assertEquals((await run()).code, 0);
    assertEquals((await run("app.test", "--force")).code, 0);
    assertEquals((await run("--info")).code, 0);
    assertEquals((await run("--untrust")).code, 0);
    assertEquals(filesBelow(machine.root), []);
    assertEquals(await machine.calls(), []);
    const { home } = machine;
    assertEquals(filesBelow(home).filter((path) => /nssdb/.test(path)), []);
  }));

Deno.test("certCommand() makes a certificate for the names given", () =>
  inFolder(async (run) => {
    const { code, out } = await run("*.App.test", "::1", "10.0.0.7", "--rsa");
    assertEquals(code, 0);
    const cert = "certs/_wildcard.app.test.crt";
    assertEquals(namesOf(cert), ["*.app.test", "::1", "10.0.0.7"]);
    assertStringIncludes(out, "https://www.app.test:8000/");
    assertEquals((await run("::1", "--days", "3")).code, 0);
    assertStringIncludes((await run("--info", "::1")).out, ", in 3 days");
    assertEquals((await run("x.test", "--out", "some where/x.crt")).code, 0);
    assertEquals(filesBelow("some where"), ["x.crt", "x.key"]);
  }));

Deno.test("certCommand() quotes paths in the commands it shows", () =>
  inFolder(async (run) => {
    const { out } = await run("--out", "it's here/app");
    assertStringIncludes(out, "--cert 'it'\\''s here/app.crt' --key 'it'");
  }));

Deno.test("certCommand() says that a public name signs itself", () =>
  inFolder(async (run) => {
    const { code, out } = await run("example.com");
    assertEquals(code, 0);
    assertStringIncludes(out, "Browsers warn of it");
    assertStringIncludes(out, "curl --cacert certs/example.com.crt https://ex");
    assertEquals(out.includes("cert --trust"), false);
  }));

Deno.test("certCommand() replaces files with --force alone", () =>
  inFolder(async (run) => {
    await run();
    const before = await Deno.readTextFile("certs/localhost.crt");
    const again = await run();
    assertEquals(again.code, 1);
    assertMatch(
      again.err,
      /"certs\/localhost.crt".*\(replace it with --force\)$/,
    );
    assertEquals(await Deno.readTextFile("certs/localhost.crt"), before);
    assertEquals((await run("--force")).code, 0);
    assertNotEquals(await Deno.readTextFile("certs/localhost.crt"), before);
  }));

Deno.test("certCommand() fails with 2 on wrong usage, and makes nothing", () =>
  inFolder(async (run, { home }) => {
    const cases = [
      [["--trsut"], "did you mean --trust?"],
      [["../../evil"], "a name must be a host name"],
      [["--days", "400"], "from 1 to 397"],
      [["--trust", "--info"], "expected one of them"],
    ] as const;
    for (const [args, message] of cases) {
      const { code, out, err } = await run(...args);
      assertEquals([code, out], [2, ""]);
      assertStringIncludes(err, message);
    }
    assertEquals(filesBelow(home), []);
  }));

Deno.test("certCommand() shows its help", () =>
  inFolder(async (run) => {
    const { code, out } = await run("--help");
    assertEquals(code, 0);
    assertStringIncludes(out, "Usage: devserve cert");
    for (const line of out.split("\n")) assertEquals(line.length <= 80, true);
  }));

Deno.test({
  name: "certCommand() tells when git does not ignore the key",
  ignore: tool("git").ignore,
  fn: () =>
    inFolder(async (run) => {
      const hint = /^Git does not ignore certs\/localhost.key: add "(.*)" to/m;
      assertEquals(hint.test((await run()).out), false);
      await new Deno.Command("git", { args: ["init", "--quiet"] }).output();
      const [, pattern] = hint.exec((await run("--force")).out) ?? [];
      assertEquals(pattern, "certs/");
      await Deno.writeTextFile(".gitignore", `${pattern}\n`);
      assertEquals(hint.test((await run("--force")).out), false);
      const { out } = await run("--out", "app");
      assertStringIncludes(out, 'Git does not ignore app.key: add "*.key" to');
    }),
});

Deno.test({
  name: "certCommand() trusts, shows and takes back",
  ignore: !onLinux || tool("certutil").ignore,
  fn: () =>
    inFolder(async (run, machine) => {
      await machine.take("certutil");
      await machine.program("chromium", "");
      const only = ["--store", "browsers"];
      const none = await run("--untrust", ...only);
      assertEquals(none.code, 0);
      assertStringIncludes(none.out, "There is no authority");
      const nothing = await run("--info");
      assertStringIncludes(nothing.out, "Authority: none yet");
      assertEquals(filesBelow(machine.home), []);

      const trusted = await run("--trust", ...only);
      assertEquals(trusted.code, 0);
      assertStringIncludes(trusted.out, "Authority: ~/ca/ca.crt");
      assertStringIncludes(trusted.out, "  Chromium (~/.pki/nssdb): trusted\n");
      assertStringIncludes(trusted.out, "~/ca/ca.key to yourself");
      assertStringIncludes(trusted.out, "devserve cert --untrust");

      await run();
      const { code, out } = await run("--info");
      assertEquals(code, 0);
      assertStringIncludes(out, "  Chromium (~/.pki/nssdb): trusted\n");
      assertMatch(out, /^Certificate: certs\/localhost\.crt$/m);
      assertMatch(out, /^ {2}names +localhost, .*127\.0\.0\.1, ::1$/m);
      assertMatch(out, /^ {2}expires +\d{4}-\d\d-\d\d, in 397 days$/m);
      assertMatch(out, /^ {2}fingerprint +SHA-256 (?:[0-9A-F]{2}:){31}/m);
      assertMatch(out, /^ {2}trusted +where the authority is$/m);

      const untrusted = await run("--untrust", ...only);
      assertEquals(untrusted.code, 0);
      assertStringIncludes(untrusted.out, "(~/.pki/nssdb): not trusted");
      assertStringIncludes((await run("--info")).out, "nssdb): not trusted");
    }),
});

Deno.test({
  name: "certCommand() fails with 1 where a store does not trust",
  ignore: !onLinux,
  fn: () =>
    inFolder(async (run, machine) => {
      await machine.program("chromium", "");
      await machine.program("apt", "");
      const { code, out } = await run("--trust", "app.test");
      assertEquals(code, 1);
      assertStringIncludes(out, "Made certs/app.test.crt");
      assertStringIncludes(
        out,
        '  Chromium: unavailable, as the program "certutil" is not installed\n' +
          "    run: sudo apt install libnss3-tools",
      );
    }),
});

Deno.test("certCommand() shows certificates of others", () =>
  inFolder(async (run) => {
    const { certFile } = testCa();
    const { code, out } = await run("--info", certFile);
    assertEquals(code, 0);
    assertStringIncludes(out, `Certificate: ${certFile}`);
    await run();
    const later = await run("--info", certFile);
    assertStringIncludes(later.out, "trusted      by others, if at all");
  }));

Deno.test({
  name: "certCommand() tells root that the authority is root's",
  ignore: !onLinux,
  fn: () =>
    inFolder(async (run, machine) => {
      const hint = "This is root's, not yours";
      assertEquals((await run("--trust")).out.includes(hint), false);
      machine.variables.SUDO_USER = "somebody";
      assertStringIncludes((await run("--trust")).out, hint);
    }),
});

Deno.test("certCommand() says which file it cannot show", () =>
  inFolder(async (run) => {
    const missing = await run("--info", "nope.crt");
    assertEquals([missing.code, missing.out], [1, ""]);
    assertEquals(missing.err, 'Cannot show "nope.crt": file does not exist');
    await Deno.writeTextFile("text", "hello");
    const { code, err } = await run("--info", "text");
    assertEquals(code, 1);
    assertEquals(err, 'Cannot show "text": there is no certificate in it');
  }));

Deno.test("certCommand() never shows or copies a private key", () =>
  inFolder(async (run, machine) => {
    await run();
    await run("--info");
    const key = await Deno.readTextFile("certs/localhost.key");
    const caKey = await Deno.readTextFile(`${machine.home}/ca/ca.key`);
    for (const path of filesBelow(machine.home)) {
      if (path.endsWith(".key")) continue;
      const text = await Deno.readTextFile(`${machine.home}/${path}`);
      for (const secret of [key, caKey]) {
        assertEquals(text.includes(secret.split("\n")[1]!), false, path);
      }
    }
    const { out } = await run("--info", "certs/localhost.key");
    assertEquals(out, "");
  }));

Deno.test("certCommand() works from a folder without settings", async () => {
  await using machine = await fakeMachine();
  const main = import.meta.resolve("../../testdata/tls/cert_main.ts");
  const cache = new TextDecoder().decode(
    (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] })
      .output()).stdout,
  );
  const options = {
    cwd: machine.home,
    clearEnv: true,
    env: {
      HOME: machine.home,
      LOCALAPPDATA: machine.home,
      PATH: machine.programs,
      DENO_DIR: (JSON.parse(cache) as { denoDir: string }).denoDir,
    },
  };
  const command = [Deno.execPath(), "run", "-A", fromFileUrl(main)] as const;
  await using made = startProcess([...command, "app.test"], options);
  assertEquals((await made.finished()).code, 0, made.stderr);
  assertStringIncludes(made.stdout, "Made certs/app.test.crt");
  await using wrong = startProcess([...command, "--inof"], options);
  assertEquals((await wrong.finished()).code, 2);
  assertStringIncludes(wrong.stderr, "did you mean --info?");
});
