import {
  assertEquals,
  assertFalse,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { adhocSslPair } from "../../../serving/tls/adhoc_ssl_pair.ts";
import { checkSslPair } from "../../../serving/tls/load_ssl_context.ts";
import {
  makeMkcertCa,
  modeOf,
  openssl,
  openUmask,
  run,
  temporaryHome,
} from "./_tls_fixtures.ts";

async function namesIn(cert: string): Promise<string> {
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, cert);
  const text = await openssl(
    ...["x509", "-in", path, "-noout", "-ext", "subjectAltName"],
  );
  await Deno.remove(path);
  return text.split("\n")[1]?.trim() ?? "";
}

const LOCAL = "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1";

Deno.test("adhocSslPair() makes a certificate for this computer and the hosts", async () => {
  using home = temporaryHome();
  const pair = adhocSslPair({ hosts: ["App.localhost", "[::1]", "10.1.2.3"] });
  assertEquals(
    await namesIn(pair.cert),
    `${LOCAL}, DNS:app.localhost, IP Address:10.1.2.3`,
  );
  assertEquals(checkSslPair(pair), pair);
  const directory = home.caDirectory;
  assertStringIncludes(
    await openssl(
      ...["verify", "-x509_strict", "-CAfile", `${directory}/ca.crt`],
      ...["-verify_hostname", "app.localhost", `${directory}/adhoc.crt`],
    ),
    "OK",
  );
});

Deno.test("adhocSslPair() leaves out what no certificate can name", async () => {
  using _home = temporaryHome();
  const hosts = ["0.0.0.0", "::", "[::]", "", "*.localhost", "*.test."];
  assertEquals(await namesIn(adhocSslPair({ hosts }).cert), LOCAL);
});

Deno.test("adhocSslPair() keeps the key for the owner alone", () => {
  using home = temporaryHome();
  using _umask = openUmask();
  adhocSslPair({ hosts: [] });
  assertEquals(modeOf(home.caDirectory), "0700");
  assertEquals(modeOf(`${home.caDirectory}/adhoc.key`), "0600");
  assertEquals(modeOf(`${home.caDirectory}/ca.key`), "0600");
  const staged = [...Deno.readDirSync(home.caDirectory)]
    .filter(({ name }) => name.endsWith(".tmp"));
  assertEquals(staged, []);
});

Deno.test("adhocSslPair() keeps the certificate while its names will do", () => {
  using _home = temporaryHome();
  const pair = adhocSslPair({ hosts: ["a.test", "b.test"] });
  assertEquals(adhocSslPair({ hosts: ["b.test"] }), pair);
  assertEquals(adhocSslPair({ hosts: [] }), pair);
});

Deno.test("adhocSslPair() runs no process for the certificate that it has kept", () => {
  using _home = temporaryHome();
  const pair = adhocSslPair({ hosts: [] });
  const { Command } = Deno;
  Object.assign(Deno, { Command: undefined });
  try {
    assertEquals(adhocSslPair({ hosts: ["localhost"] }), pair);
  } finally {
    Object.assign(Deno, { Command });
  }
});

Deno.test("adhocSslPair() makes a certificate anew for a new name, with the old ones", async () => {
  using _home = temporaryHome();
  adhocSslPair({ hosts: ["a.test"] });
  const pair = adhocSslPair({ hosts: ["b.test"] });
  assertEquals(await namesIn(pair.cert), `${LOCAL}, DNS:b.test, DNS:a.test`);
  assertEquals(adhocSslPair({ hosts: ["a.test"] }), pair);
});

Deno.test("adhocSslPair() makes a certificate anew when the authority is another one", async () => {
  using home = temporaryHome();
  const pair = adhocSslPair({ hosts: [] });
  await Deno.remove(`${home.caDirectory}/ca.crt`);
  const second = adhocSslPair({ hosts: [] });
  assertFalse(second.cert === pair.cert);
  await makeMkcertCa(`${home.folder}/mkcert`);
  Deno.env.set("CAROOT", `${home.folder}/mkcert`);
  const third = adhocSslPair({ hosts: [] });
  assertFalse(third.cert === second.cert);
  assertEquals(adhocSslPair({ hosts: [] }), third);
});

Deno.test("adhocSslPair() makes a certificate anew when a tenth of its life is left", () => {
  using home = temporaryHome();
  const { cert } = adhocSslPair({ hosts: [] });
  const { notBefore, notAfter } = JSON.parse(
    Deno.readTextFileSync(`${home.caDirectory}/adhoc.json`),
  );
  assertEquals(notAfter - notBefore, 397 * 86_400_000);
  const at = (part: number) => notBefore + (notAfter - notBefore) * part;
  assertEquals(certAt(at(0.89)), cert);
  assertEquals(certAt(at(0.01)), cert);
  assertFalse(certAt(at(0.91)) === cert);
});

Deno.test("adhocSslPair() makes a certificate anew when the clock was wrong", () => {
  using home = temporaryHome();
  const { cert } = adhocSslPair({ hosts: [] });
  const path = `${home.caDirectory}/adhoc.json`;
  const sidecar = JSON.parse(Deno.readTextFileSync(path));
  sidecar.notBefore = Date.now() + 1e6;
  Deno.writeTextFileSync(path, JSON.stringify(sidecar));
  assertFalse(adhocSslPair({ hosts: [] }).cert === cert);
});

/** The certificate when it is asked for at another time. */
function certAt(time: number): string {
  const { now } = Date;
  Date.now = () => time;
  try {
    return adhocSslPair({ hosts: [] }).cert;
  } finally {
    Date.now = now;
  }
}

Deno.test("adhocSslPair() makes a certificate anew when its files are damaged", async (t) => {
  using home = temporaryHome();
  const first = adhocSslPair({ hosts: [] });
  let last = first.cert;
  const damages: [string, (path: string) => void][] = [
    ["crt", (path) => Deno.writeTextFileSync(path, "")],
    ["crt", (path) => Deno.removeSync(path)],
    ["key", (path) => Deno.writeTextFileSync(path, first.key)],
    ["key", (path) => Deno.truncateSync(path, 20)],
    ["json", (path) => Deno.removeSync(path)],
    ["json", (path) => Deno.truncateSync(path, 20)],
    ["json", (path) => Deno.writeTextFileSync(path, "null")],
    ["json", (path) => Deno.writeTextFileSync(path, '{"asked":[1]}')],
  ];
  for (const [extension, damage] of damages) {
    await t.step(`${extension}, ${damage}`, () => {
      // The key of the first certificate is no damage before the second one.
      damage(`${home.caDirectory}/adhoc.${extension}`);
      const pair = adhocSslPair({ hosts: [] });
      checkSslPair(pair);
      assertFalse(pair.cert === last);
      last = pair.cert;
    });
  }
});

Deno.test("adhocSslPair() gives one certificate to many processes at once", async () => {
  using home = temporaryHome();
  const module = import.meta.resolve("../../../serving/tls/adhoc_ssl_pair.ts");
  const code = `import { adhocSslPair } from ${JSON.stringify(module)};
    const { cert, key } = adhocSslPair({ hosts: [] });
    await Deno.stdout.write(new TextEncoder().encode(cert + key));`;
  const made = await Promise.all(
    Array.from({ length: 4 }, () => run(Deno.execPath(), "eval", code)),
  );
  const output = await Deno.readTextFile(`${home.caDirectory}/adhoc.crt`) +
    await Deno.readTextFile(`${home.caDirectory}/adhoc.key`);
  assertEquals(made, Array(4).fill({ code: 0, output }));
});

Deno.test("adhocSslPair() leaves out public names, so that clients trust the others", async () => {
  using _home = temporaryHome();
  const hosts = ["app.test", "tunnel.example.com", "8.8.8.8"];
  const pair = adhocSslPair({ hosts });
  assertEquals(await namesIn(pair.cert), `${LOCAL}, DNS:app.test`);
  assertEquals(adhocSslPair({ hosts }), pair);
});

Deno.test("adhocSslPair() has public names signed by an authority that may do so", async () => {
  using home = temporaryHome();
  await makeMkcertCa(`${home.folder}/mkcert`);
  Deno.env.set("CAROOT", `${home.folder}/mkcert`);
  const { cert } = adhocSslPair({ hosts: ["example.com"] });
  assertEquals(await namesIn(cert), `${LOCAL}, DNS:example.com`);
});

Deno.test("adhocSslPair() refuses what is no host", () => {
  using _home = temporaryHome();
  assertThrows(
    () => adhocSslPair({ hosts: ["a b"] }),
    SyntaxError,
    'current value is "a b"',
  );
});

Deno.test("adhocSslPair() works under a configuration that is closed to packages", async () => {
  using home = temporaryHome();
  const app = `${home.folder}/app`;
  await Deno.mkdir(app);
  await Deno.writeTextFile(
    `${app}/deno.json`,
    '{"nodeModulesDir":"manual","lock":{"path":"deno.lock","frozen":true}}',
  );
  await Deno.writeTextFile(`${app}/package.json`, "{}");
  const module = import.meta.resolve("../../../serving/tls/adhoc_ssl_pair.ts");
  await Deno.writeTextFile(
    `${app}/app.ts`,
    `import { adhocSslPair } from ${JSON.stringify(module)};
    Deno.chdir(import.meta.dirname);
    adhocSslPair({ hosts: [] });`,
  );
  const { code, output } = await run(
    Deno.execPath(),
    ...["run", "-A", `${app}/app.ts`],
  );
  assertEquals({ code, output }, { code: 0, output: "" });
  assertEquals(
    (await Array.fromAsync(Deno.readDir(app), ({ name }) => name)).sort(),
    ["app.ts", "deno.json", "package.json"],
  );
});

Deno.test("adhocSslPair() says what to allow when it must not run Deno", async () => {
  using home = temporaryHome();
  const module = import.meta.resolve("../../../serving/tls/adhoc_ssl_pair.ts");
  const path = `${home.folder}/app.ts`;
  await Deno.writeTextFile(
    path,
    `import { adhocSslPair } from ${JSON.stringify(module)};
    adhocSslPair({ hosts: [] });`,
  );
  const { code, output } = await run(
    Deno.execPath(),
    ...["run", "--no-prompt", "--allow-env"],
    ...[`--allow-read=${home.folder}`, `--allow-write=${home.folder}`],
    path,
  );
  assertEquals(code, 1);
  assertStringIncludes(output, "allow it with --allow-run=deno");
});
