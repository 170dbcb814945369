import {
  assert,
  assertEquals,
  assertFalse,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { makeSslDevcert } from "../../../serving/tls/make_ssl_devcert.ts";
import { writeDevcert } from "../../../serving/tls/_write_devcert.ts";
import { modeOf, openssl, openUmask, temporaryHome } from "./_tls_fixtures.ts";

/** The extension as openssl prints it. */
async function extension(certFile: string, name: string): Promise<string> {
  const text = await openssl(
    ...["x509", "-in", certFile, "-noout", "-ext", name],
  );
  return text.trim().split("\n").map((line) => line.trim()).join("|");
}

Deno.test("makeSslDevcert() writes the certificate of a host and of the names below it", async () => {
  using home = temporaryHome();
  const files = await makeSslDevcert(`${home.folder}/app`, {
    host: "App.test",
    cn: "ignored.test",
    names: ["[::1]", "10.0.0.7", "bücher.test"],
  });
  assertEquals(files, [`${home.folder}/app.crt`, `${home.folder}/app.key`]);
  const [certFile] = files;
  assertEquals(
    await extension(certFile, "subjectAltName"),
    "X509v3 Subject Alternative Name:|DNS:app.test, DNS:*.app.test, IP Address:0:0:0:0:0:0:0:1, IP Address:10.0.0.7, DNS:xn--bcher-kva.test",
  );
  assertEquals(
    await extension(certFile, "basicConstraints"),
    "X509v3 Basic Constraints: critical|CA:FALSE",
  );
  assertEquals(
    await extension(certFile, "keyUsage"),
    "X509v3 Key Usage: critical|Digital Signature",
  );
  assertEquals(
    await extension(certFile, "extendedKeyUsage"),
    "X509v3 Extended Key Usage:|TLS Web Server Authentication",
  );
  assertMatch(
    await openssl("x509", "-in", certFile, "-noout", "-subject"),
    /CN = app\.test$/m,
  );
  assertStringIncludes(
    await openssl(
      ...["verify", "-x509_strict", "-CAfile", `${home.caDirectory}/ca.crt`],
      ...["-verify_hostname", "www.app.test", certFile],
    ),
    "app.crt: OK",
  );
});

Deno.test("makeSslDevcert() names the key that signed", async () => {
  using home = temporaryHome();
  const [certFile] = await makeSslDevcert(`${home.folder}/app`);
  const keyId = (text: string) => text.match(/(?:[0-9A-F]{2}:){19}\w\w/)?.[0];
  const own = await extension(
    `${home.caDirectory}/ca.crt`,
    "subjectKeyIdentifier",
  );
  assertEquals(
    keyId(await extension(certFile, "authorityKeyIdentifier")),
    keyId(own),
  );
  assertNotEquals(
    keyId(await extension(certFile, "subjectKeyIdentifier")),
    keyId(own),
  );
});

Deno.test("makeSslDevcert() makes certificates for this computer by default", async () => {
  using home = temporaryHome();
  const [certFile] = await makeSslDevcert(`${home.folder}/app`, { cn: "*" });
  assertStringIncludes(
    await extension(certFile, "subjectAltName"),
    "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1",
  );
});

Deno.test("makeSslDevcert() takes an address for host, which has none below it", async () => {
  using home = temporaryHome();
  const [certFile] = await makeSslDevcert(`${home.folder}/ip`, { cn: "::1" });
  assertEquals(
    await extension(certFile, "subjectAltName"),
    "X509v3 Subject Alternative Name:|IP Address:0:0:0:0:0:0:0:1",
  );
  assertStringIncludes(
    await openssl(
      ...["verify", "-x509_strict", "-CAfile", `${home.caDirectory}/ca.crt`],
      ...["-verify_ip", "::1", certFile],
    ),
    "ip.crt: OK",
  );
});

Deno.test("makeSslDevcert() makes RSA keys on request", async () => {
  using home = temporaryHome();
  const [certFile, keyFile] = await makeSslDevcert(`${home.folder}/rsa`, {
    keyType: "rsa",
  });
  assertEquals(
    await extension(certFile, "keyUsage"),
    "X509v3 Key Usage: critical|Digital Signature, Key Encipherment",
  );
  assertMatch(
    await openssl("pkey", "-in", keyFile, "-noout", "-text"),
    /2048 bit/,
  );
});

Deno.test("makeSslDevcert() makes certificates valid from an hour ago and for the days given", async () => {
  using home = temporaryHome();
  const { certFile, notAfter } = await writeDevcert(`${home.folder}/app`, {
    days: 397,
  });
  const dates = await openssl("x509", "-in", certFile, "-noout", "-dates");
  const [from, to] = [...dates.matchAll(/=(.*)/g)].map(([, date]) =>
    Date.parse(date ?? "")
  );
  assert(from !== undefined && to !== undefined);
  assertEquals(to, notAfter);
  assertEquals(to - from, 397 * 86_400_000);
  const age = Date.now() - from;
  assert(age >= 3_600_000 && age < 3_700_000, `${age}`);
});

Deno.test("makeSslDevcert() gives every certificate a serial number of its own", async () => {
  using home = temporaryHome();
  const serials = [];
  for (const name of ["a", "b"]) {
    const [certFile] = await makeSslDevcert(`${home.folder}/${name}`);
    serials.push(await openssl("x509", "-in", certFile, "-noout", "-serial"));
  }
  assertNotEquals(serials[0], serials[1]);
  for (const serial of serials) {
    assertMatch(serial, /^serial=[0-9A-F]{20,40}\s$/);
  }
});

Deno.test("makeSslDevcert() gives a long name another common name", async () => {
  using home = temporaryHome();
  const host = `${"a".repeat(60)}.${"b".repeat(60)}.test`;
  const [certFile] = await makeSslDevcert(`${home.folder}/long`, { host });
  assertMatch(
    await openssl("x509", "-in", certFile, "-noout", "-subject"),
    /CN = devserve development certificate$/m,
  );
  await openssl(
    ...["verify", "-x509_strict", "-CAfile", `${home.caDirectory}/ca.crt`],
    ...["-verify_hostname", host, certFile],
  );
});

Deno.test("makeSslDevcert() lets the owner alone read the key, whatever the umask", async () => {
  using home = temporaryHome();
  using _umask = openUmask();
  const [certFile, keyFile] = await makeSslDevcert(`${home.folder}/app`);
  assertEquals(modeOf(keyFile), "0600");
  assertEquals(modeOf(certFile), "0644");
});

Deno.test("makeSslDevcert() lets no one open the key while it is written", async () => {
  using home = temporaryHome();
  using _umask = openUmask();
  const folder = `${home.folder}/out`;
  await Deno.mkdir(folder);
  const modes = new Set<string>();
  // Stands in for someone who looks whenever a file appears or changes.
  using _spy = spyOnFiles(folder, (path) => modes.add(modeOf(path)));
  await makeSslDevcert(`${folder}/app`);
  await makeSslDevcert(`${folder}/app`, { force: true });
  assertEquals([...modes].sort(), ["0600", "0644"]);
});

Deno.test("makeSslDevcert() replaces a key that all can read by one that they cannot", async () => {
  using home = temporaryHome();
  await Deno.writeTextFile(`${home.folder}/app.key`, "old");
  await Deno.chmod(`${home.folder}/app.key`, 0o666);
  const [, keyFile] = await makeSslDevcert(`${home.folder}/app`, {
    force: true,
  });
  assertEquals(modeOf(keyFile), "0600");
  assertMatch(await Deno.readTextFile(keyFile), /^-----BEGIN PRIVATE KEY-----/);
});

for (const existing of ["crt", "key"]) {
  Deno.test(`makeSslDevcert() does not replace a .${existing} file unless it is forced to`, async () => {
    using home = temporaryHome();
    const path = `${home.folder}/app.${existing}`;
    await Deno.writeTextFile(path, "precious");
    await assertRejects(
      () => makeSslDevcert(`${home.folder}/app`),
      Deno.errors.AlreadyExists,
      `Cannot write "${path}": the file exists`,
    );
    assertEquals(await Deno.readTextFile(path), "precious");
    assertEquals(filesIn(home.folder), [`app.${existing}`]);
    await makeSslDevcert(`${home.folder}/app`, { force: true });
    assertEquals(filesIn(home.folder), ["app.crt", "app.key", "ca"]);
  });

  Deno.test(`makeSslDevcert() follows no link in the place of the .${existing} file`, async () => {
    using home = temporaryHome();
    const victim = `${home.folder}/victim`;
    const link = `${home.folder}/app.${existing}`;
    for (const target of [victim, `${home.folder}/not_there`]) {
      await Deno.writeTextFile(victim, "precious");
      await Deno.symlink(target, link);
      await assertRejects(
        () => makeSslDevcert(`${home.folder}/app`),
        Deno.errors.AlreadyExists,
        `Cannot write "${link}": the file exists`,
      );
      await makeSslDevcert(`${home.folder}/app`, { force: true });
      assertEquals(await Deno.readTextFile(victim), "precious");
      assertFalse((await Deno.lstat(link)).isSymlink);
      assertEquals(filesIn(home.folder), [
        "app.crt",
        "app.key",
        "ca",
        "victim",
      ]);
      await Deno.remove(`${home.folder}/app.crt`);
      await Deno.remove(`${home.folder}/app.key`);
    }
  });
}

Deno.test("makeSslDevcert() leaves nothing behind when a file cannot be replaced", async () => {
  using home = temporaryHome();
  await Deno.mkdir(`${home.folder}/out/app.crt/x`, { recursive: true });
  await assertRejects(() =>
    makeSslDevcert(`${home.folder}/out/app`, { force: true })
  );
  assertEquals(
    filesIn(`${home.folder}/out`).filter((name) => name.endsWith(".tmp")),
    [],
  );
});

Deno.test("makeSslDevcert() says when the folder does not exist", async () => {
  using home = temporaryHome();
  await assertRejects(
    () => makeSslDevcert(`${home.folder}/missing/app`),
    Deno.errors.NotFound,
    `Cannot write "${home.folder}/missing/app.crt": its folder does not exist`,
  );
  assertEquals(filesIn(home.folder), []);
});

Deno.test("makeSslDevcert() refuses what it cannot make", async () => {
  using home = temporaryHome();
  const base = `${home.folder}/app`;
  const refused = (error: new () => Error, text: string, make: () => unknown) =>
    assertRejects(async () => await make(), error, text);
  await refused(
    RangeError,
    "must be an integer from 1 to 397: current value is 398",
    () => makeSslDevcert(base, { days: 398 }),
  );
  await refused(
    RangeError,
    "current value is 0",
    () => makeSslDevcert(base, { days: 0 }),
  );
  await refused(
    RangeError,
    "current value is NaN",
    () => makeSslDevcert(base, { days: NaN }),
  );
  await refused(
    SyntaxError,
    'current value is "a b"',
    () => makeSslDevcert(base, { host: "a b" }),
  );
  await refused(
    TypeError,
    'must be "ecdsa" or "rsa": current value is "dsa"',
    () => makeSslDevcert(base, JSON.parse('{ "keyType": "dsa" }')),
  );
  await refused(RangeError, 'current value is ""', () => makeSslDevcert(""));
  await refused(
    RangeError,
    "must end with the name of the files",
    () => makeSslDevcert(`${home.folder}/`),
  );
  assertEquals(filesIn(home.folder), []);
});

Deno.test("makeSslDevcert() signs the certificate of a public name by itself", async () => {
  using home = temporaryHome();
  const made = await writeDevcert(`${home.folder}/app`, {
    host: "example.com",
  });
  assertEquals(made.isSelfSigned, true);
  const text = await openssl(
    ...["x509", "-in", made.certFile, "-noout", "-subject", "-issuer"],
  );
  const [subject, issuer] = text.trim().split("\n");
  assertEquals(issuer?.replace("issuer", "subject"), subject);
});

function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Calls `see` for a new file right after it has been created or renamed. */
function spyOnFiles(folder: string, see: (path: string) => void): Disposable {
  const { openSync, renameSync } = Deno;
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    if (String(path).startsWith(folder)) see(String(path));
    return file;
  };
  Deno.renameSync = (from, to) => {
    renameSync(from, to);
    if (String(to).startsWith(folder)) see(String(to));
  };
  return {
    [Symbol.dispose]() {
      Object.assign(Deno, { openSync, renameSync });
    },
  };
}
