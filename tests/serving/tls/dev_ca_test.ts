import {
  assertEquals,
  assertFalse,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  ensureDevCa,
  findDevCa,
  issueFromDevCa,
} from "../../../serving/tls/dev_ca.ts";
import {
  makeMkcertCa,
  modeOf,
  openssl,
  openUmask,
  run,
  temporaryHome,
} from "./_tls_fixtures.ts";

const LEAF = {
  names: ["app.test", "127.0.0.1"],
  keyType: "ecdsa",
  days: 30,
} as const;

Deno.test("findDevCa() finds none, and makes none, at first", () => {
  using home = temporaryHome();
  assertEquals(findDevCa(), undefined);
  assertThrows(() => Deno.statSync(home.caDirectory), Deno.errors.NotFound);
});

Deno.test("ensureDevCa() makes an authority with a key for the owner alone", () => {
  using home = temporaryHome();
  using _umask = openUmask();
  const ca = ensureDevCa();
  assertEquals(ca.certFile, `${home.caDirectory}/ca.crt`);
  assertEquals(ca.keyFile, `${home.caDirectory}/ca.key`);
  assertFalse(ca.isMkcert);
  assertEquals(modeOf(home.caDirectory), "0700");
  assertEquals(modeOf(ca.keyFile), "0600");
  assertEquals(Deno.readTextFileSync(ca.certFile), ca.cert);
});

Deno.test("ensureDevCa() keeps the authority that is there", () => {
  using _home = temporaryHome();
  const ca = ensureDevCa();
  assertEquals(ensureDevCa(), ca);
  assertEquals(findDevCa(), ca);
});

Deno.test("ensureDevCa() makes an authority that can sign for development alone", async () => {
  using _home = temporaryHome();
  Deno.env.set("USER", "ann");
  const { certFile } = ensureDevCa();
  const text = await openssl("x509", "-in", certFile, "-noout", "-text");
  assertStringIncludes(
    text,
    `CN = devserve development CA ann@${Deno.hostname()}`.slice(0, 69),
  );
  assertMatch(text, /Basic Constraints: critical\n +CA:TRUE, pathlen:0\n/);
  assertMatch(text, /Key Usage: critical\n +Certificate Sign, CRL Sign\n/);
  assertMatch(text, /Extended Key Usage: \n +TLS Web Server Authentication\n/);
  assertMatch(
    text,
    /Name Constraints: critical\n +Permitted:\n +DNS:localhost/,
  );
  assertMatch(text, /Public-Key: \(256 bit\)[^]*prime256v1/);
  assertMatch(text, /Subject Key Identifier/);
  assertNotMatch(text, /Excluded/);
});

Deno.test("ensureDevCa() makes an authority for ten years", async () => {
  using _home = temporaryHome();
  const { certFile } = ensureDevCa();
  const seconds = (years: number) => String(years * 365 * 86400);
  const check = (years: number) =>
    run("openssl", "x509", "-in", certFile, "-checkend", seconds(years));
  assertEquals((await check(9.9)).code, 0);
  assertEquals((await check(10.1)).code, 1);
});

Deno.test("ensureDevCa() makes one authority when many processes ask at once", async () => {
  using home = temporaryHome();
  const module = import.meta.resolve("../../../serving/tls/dev_ca.ts");
  const code = `import { ensureDevCa } from ${JSON.stringify(module)};
    await Deno.stdout.write(new TextEncoder().encode(ensureDevCa().cert));`;
  const made = await Promise.all(
    Array.from({ length: 4 }, () => run(Deno.execPath(), "eval", code)),
  );
  const cert = await Deno.readTextFile(`${home.caDirectory}/ca.crt`);
  assertEquals(made, Array(4).fill({ code: 0, output: cert }));
});

Deno.test("ensureDevCa() makes an authority anew when half of it is missing", () => {
  using _home = temporaryHome();
  const first = ensureDevCa();
  Deno.removeSync(first.certFile);
  const second = ensureDevCa();
  assertFalse(second.cert === first.cert);
  Deno.removeSync(second.keyFile);
  assertEquals(findDevCa(), undefined);
  const third = ensureDevCa();
  assertFalse(third.cert === second.cert);
  assertEquals(ensureDevCa(), third);
});

Deno.test("ensureDevCa() follows no link that is in the place of a key", () => {
  using home = temporaryHome();
  Deno.mkdirSync(home.caDirectory, { mode: 0o700 });
  const victim = `${home.folder}/victim`;
  Deno.writeTextFileSync(victim, "precious");
  Deno.symlinkSync(victim, `${home.caDirectory}/ca.key`);
  const ca = ensureDevCa();
  assertEquals(Deno.readTextFileSync(victim), "precious");
  assertFalse(Deno.lstatSync(ca.keyFile).isSymlink);
});

Deno.test("ensureDevCa() refuses a directory that others can write to", () => {
  using home = temporaryHome();
  Deno.mkdirSync(home.caDirectory);
  Deno.chmodSync(home.caDirectory, 0o1777);
  assertThrows(
    ensureDevCa,
    Deno.errors.PermissionDenied,
    `Cannot keep certificates in "${home.caDirectory}" as only its owner may write there: current mode is 0777`,
  );
});

Deno.test("findDevCa() refuses an authority that others can replace", () => {
  using home = temporaryHome();
  ensureDevCa();
  Deno.chmodSync(home.caDirectory, 0o770);
  assertThrows(
    findDevCa,
    Deno.errors.PermissionDenied,
    "only its owner may write there: current mode is 0770",
  );
});

Deno.test("findDevCa() refuses a key that others can read", () => {
  using _home = temporaryHome();
  const { keyFile } = ensureDevCa();
  Deno.chmodSync(keyFile, 0o640);
  assertThrows(
    findDevCa,
    Deno.errors.PermissionDenied,
    "only its owner may read it: current mode is 0640",
  );
});

Deno.test("ensureDevCa() does not replace an authority that is damaged", () => {
  using _home = temporaryHome();
  const { certFile, cert } = ensureDevCa();
  Deno.writeTextFileSync(certFile, cert.replace(/M/g, "N"));
  assertThrows(
    ensureDevCa,
    Deno.errors.InvalidData,
    `Cannot issue certificates from "${certFile}" (remove it to have`,
  );
});

Deno.test("ensureDevCa() does not take the key of another authority", async () => {
  using _home = temporaryHome();
  const { keyFile } = ensureDevCa();
  await openssl(
    ...["genpkey", "-algorithm", "EC", "-out", keyFile],
    ...["-pkeyopt", "ec_paramgen_curve:P-256"],
  );
  assertThrows(
    ensureDevCa,
    Deno.errors.InvalidData,
    "they do not belong together",
  );
});

for (const keyFormat of ["PKCS#8", "PKCS#1"] as const) {
  Deno.test(`issueFromDevCa() signs with the authority of mkcert when its key is in ${keyFormat}`, async () => {
    using home = temporaryHome();
    // A comma separates paths in flags, and a space arguments.
    const caRoot = `${home.folder}/mkcert, mine`;
    await makeMkcertCa(caRoot, keyFormat);
    Deno.env.set("CAROOT", caRoot);
    const names = ["app.test", "example.com"];
    const { ca, leaf } = issueFromDevCa({ ...LEAF, names });
    assertEquals(ca.isMkcert, true);
    assertEquals(ca.certFile, `${caRoot}/rootCA.pem`);
    assertFalse(leaf.isSelfSigned);
    const certFile = `${home.folder}/leaf.crt`;
    await Deno.writeTextFile(certFile, leaf.cert);
    const verified = await openssl(
      ...["verify", "-x509_strict", "-CAfile", ca.certFile],
      ...["-verify_hostname", "example.com", certFile],
    );
    assertStringIncludes(verified, "leaf.crt: OK");
    assertThrows(() => Deno.statSync(home.caDirectory), Deno.errors.NotFound);
  });
}

Deno.test("findDevCa() finds the authority of mkcert in its usual place", async () => {
  using home = temporaryHome();
  await makeMkcertCa(`${home.folder}/.local/share/mkcert`);
  Deno.env.delete("CAROOT");
  Deno.env.delete("XDG_DATA_HOME");
  Deno.env.set("HOME", home.folder);
  const isFound = findDevCa()?.isMkcert;
  assertEquals(isFound, Deno.build.os === "linux" ? true : undefined);
});

Deno.test("findDevCa() passes over an authority of mkcert without key", async () => {
  using home = temporaryHome();
  const caRoot = `${home.folder}/mkcert`;
  await makeMkcertCa(caRoot);
  await Deno.remove(`${caRoot}/rootCA-key.pem`);
  Deno.env.set("CAROOT", caRoot);
  assertEquals(findDevCa(), undefined);
});

Deno.test("issueFromDevCa() lets a certificate for a public name sign itself", async () => {
  using home = temporaryHome();
  const { leaf } = issueFromDevCa({
    ...LEAF,
    names: ["app.test", "a.example"],
  });
  assertEquals(leaf.isSelfSigned, true);
  const certFile = `${home.folder}/leaf.crt`;
  await Deno.writeTextFile(certFile, leaf.cert);
  assertStringIncludes(
    await openssl(
      ...["verify", "-x509_strict", "-CAfile", certFile],
      ...["-verify_hostname", "a.example", certFile],
    ),
    "OK",
  );
});

Deno.test("issueFromDevCa() takes along the names that the authority may sign", () => {
  using _home = temporaryHome();
  const spareNames = ["b.test", "a.example", "8.8.8.8", "10.1.2.3", "app.test"];
  const { leaf } = issueFromDevCa({ ...LEAF, spareNames });
  assertFalse(leaf.isSelfSigned);
  assertEquals(leaf.names, ["app.test", "127.0.0.1", "b.test", "10.1.2.3"]);
});

Deno.test("ensureDevCa() names no one when it must not look who it is", async () => {
  using home = temporaryHome();
  const module = import.meta.resolve("../../../serving/tls/dev_ca.ts");
  const app = `${home.folder}/app.ts`;
  await Deno.writeTextFile(
    app,
    `import { ensureDevCa } from ${JSON.stringify(module)};
      ensureDevCa();`,
  );
  const { code, output } = await run(
    Deno.execPath(),
    ...["run", "--no-prompt", "--allow-env=DEVSERVE_CA_DIR", "--allow-run"],
    ...[`--allow-read=${home.folder}`, `--allow-write=${home.folder}`],
    app,
  );
  assertEquals({ code, output }, { code: 0, output: "" });
  assertMatch(
    await openssl(
      ...["x509", "-in", `${home.caDirectory}/ca.crt`, "-noout", "-subject"],
    ),
    /CN = devserve development CA\n$/,
  );
});
