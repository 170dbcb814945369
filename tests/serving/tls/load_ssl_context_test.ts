import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  checkSslPair,
  loadSslContext,
} from "../../../serving/tls/load_ssl_context.ts";
import { openssl } from "./_tls_fixtures.ts";

/** Files of a certificate that is signed by itself, made by openssl. */
interface Files extends Disposable {
  folder: string;
  cert: string;
  key: string;
}

const CURVE = ["-pkeyopt", "ec_paramgen_curve:P-256"];

async function makeFiles(...keyType: string[]): Promise<Files> {
  const folder = await Deno.makeTempDir({ prefix: "devserve_tls_" });
  const [cert, key] = [`${folder}/my.crt`, `${folder}/my.key`];
  const type = keyType.length > 0 ? keyType : ["ec", ...CURVE];
  await openssl(
    ...["req", "-x509", "-noenc", "-newkey", ...type, "-days", "30"],
    ...["-keyout", key, "-out", cert, "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost"],
  );
  return {
    folder,
    cert,
    key,
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

Deno.test("loadSslContext() reads a certificate and its key", async () => {
  using files = await makeFiles();
  assertEquals(loadSslContext(files.cert, files.key), {
    cert: await Deno.readTextFile(files.cert),
    key: await Deno.readTextFile(files.key),
  });
});

Deno.test("loadSslContext() takes the files in either order, and in one, and with comments", async () => {
  using files = await makeFiles();
  const expected = loadSslContext(files.cert, files.key);
  assertEquals(loadSslContext(files.key, files.cert), expected);
  const both = `${files.folder}/both.pem`;
  for (
    const [first, second] of [
      [expected.cert, expected.key],
      [expected.key, expected.cert],
    ]
  ) {
    await Deno.writeTextFile(both, `# notes\n${first}\n\nBag:\n${second}`);
    assertEquals(loadSslContext(both), expected);
    assertEquals(loadSslContext(both, both), expected);
    assertEquals(loadSslContext(both, files.key), expected);
    assertEquals(loadSslContext(files.cert, both), expected);
  }
});

Deno.test("loadSslContext() reads files with the line ends of Windows", async () => {
  using files = await makeFiles();
  for (const path of [files.cert, files.key]) {
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, "\ufeff" + text.replaceAll("\n", "\r\n"));
  }
  assertMatch(
    loadSslContext(files.cert, files.key).cert,
    /^-----BEGIN CERTIFICATE-----\r\n/,
  );
});

Deno.test("loadSslContext() keeps the chain in its order", async () => {
  using files = await makeFiles();
  using other = await makeFiles();
  const [own, chained] = [files, other].map(({ cert }) =>
    Deno.readTextFileSync(cert)
  );
  await Deno.writeTextFile(files.cert, `${own}\n${chained}`);
  assertEquals(
    loadSslContext(files.cert, files.key).cert,
    `${own}${chained}`,
  );
});

Deno.test("loadSslContext() names the file that does not exist", async () => {
  using files = await makeFiles();
  const missing = `${files.folder}/missing.pem`;
  for (const pair of [[missing], [missing, files.key], [files.cert, missing]]) {
    assertThrows(
      () => loadSslContext(pair[0] ?? "", pair[1]),
      Deno.errors.NotFound,
      `Cannot read the certificate or key "${missing}": the file does not exist`,
    );
  }
});

Deno.test("loadSslContext() names the key beside a certificate that comes alone", async () => {
  using files = await makeFiles();
  const cert = `${files.folder}/beside.crt`;
  const key = `${files.folder}/beside.key`;
  await Deno.copyFile(files.cert, cert);
  await Deno.copyFile(files.key, key);
  assertThrows(
    () => loadSslContext(cert),
    SyntaxError,
    `Cannot find a private key in "${cert}"; give the key as well, such as "${key}"`,
  );
});

Deno.test("loadSslContext() says when a file is not PEM", async () => {
  using files = await makeFiles();
  const der = `${files.folder}/my.der`;
  await openssl("x509", "-in", files.cert, "-outform", "DER", "-out", der);
  assertThrows(
    () => loadSslContext(der, files.key),
    SyntaxError,
    `Cannot read "${der}" as it must be in PEM`,
  );
  await Deno.writeTextFile(der, "");
  assertThrows(
    () => loadSslContext(files.cert, der),
    SyntaxError,
    `Cannot read "${der}" as it must be in PEM`,
  );
});

Deno.test("loadSslContext() says what is missing", async () => {
  using files = await makeFiles();
  assertThrows(
    () => loadSslContext(files.cert),
    SyntaxError,
    `Cannot find a private key in "${files.cert}"`,
  );
  assertThrows(
    () => loadSslContext(files.key),
    SyntaxError,
    `Cannot find a certificate in "${files.key}"`,
  );
  const other = `${files.folder}/other.key`;
  await Deno.copyFile(files.key, other);
  assertThrows(
    () => loadSslContext(files.key, other),
    SyntaxError,
    `Cannot find a certificate in "${files.key}" and "${other}"`,
  );
});

Deno.test("loadSslContext() says when the key needs a password", async () => {
  using files = await makeFiles();
  const encrypted = `${files.folder}/encrypted.key`;
  for (const kind of [["pkey"], ["ec"]]) {
    await openssl(
      ...[...kind, "-in", files.key, "-out", encrypted],
      ...["-aes128", "-passout", "pass:secret"],
    );
    assertThrows(
      () => loadSslContext(files.cert, encrypted),
      SyntaxError,
      `Cannot use the private key in "${files.cert}" and "${encrypted}" as it must not be encrypted`,
      kind[0],
    );
  }
});

Deno.test("loadSslContext() says when certificate and key do not belong together", async () => {
  using files = await makeFiles();
  using other = await makeFiles();
  using rsa = await makeFiles("rsa:2048");
  for (const { key } of [other, rsa]) {
    assertThrows(
      () => loadSslContext(files.cert, key),
      TypeError,
      `Cannot use the certificate and private key in "${files.cert}" and "${key}": they do not belong together`,
    );
  }
});

Deno.test("loadSslContext() says when a block is damaged", async () => {
  using files = await makeFiles();
  const { cert, key } = loadSslContext(files.cert, files.key);
  await Deno.writeTextFile(files.cert, cert.replace("\nMII", "\nMIJ"));
  assertThrows(
    () => loadSslContext(files.cert, files.key),
    SyntaxError,
    "Cannot read the certificate in",
  );
  await Deno.writeTextFile(files.cert, cert);
  await Deno.writeTextFile(files.key, key.replace("\nM", "\n!"));
  assertThrows(
    () => loadSslContext(files.cert, files.key),
    SyntaxError,
    "Cannot read the private key in",
  );
});

Deno.test("loadSslContext() says when a certificate has expired or is not valid yet", async () => {
  using files = await makeFiles();
  const day = 86_400_000;
  assertThrows(
    () => loadAt(Date.now() + 31 * day, files),
    RangeError,
    `Cannot use the certificate in "${files.cert}" and "${files.key}": it expired on 20`,
  );
  assertThrows(
    () => loadAt(Date.now() - day, files),
    RangeError,
    "it is not valid before 20",
  );
  loadAt(Date.now() + 29 * day, files);
});

Deno.test("checkSslPair() checks texts, and calls them by their names", async () => {
  using files = await makeFiles();
  const pair = loadSslContext(files.cert, files.key);
  assertEquals(checkSslPair(pair), pair);
  assertEquals(checkSslPair({ cert: pair.key, key: pair.cert }), pair);
  assertThrows(
    () => checkSslPair({ cert: "", key: pair.key }),
    SyntaxError,
    'Cannot read "cert" as it must be in PEM',
  );
  assertThrows(
    () => checkSslPair({ ...pair, cert: pair.key }, { cert: "a", key: "b" }),
    SyntaxError,
    'Cannot find a certificate in "a" and "b"',
  );
});

const KEYS: Record<string, { type: string[]; convert: string[] }> = {
  "ECDSA in PKCS#8": { type: ["ec", ...CURVE], convert: ["pkey"] },
  "ECDSA in SEC 1": { type: ["ec", ...CURVE], convert: ["ec"] },
  "P-384 in SEC 1": {
    type: ["ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
    convert: ["ec"],
  },
  "RSA in PKCS#8": { type: ["rsa:2048"], convert: ["pkey"] },
  "RSA in PKCS#1": { type: ["rsa:2048"], convert: ["rsa", "-traditional"] },
  "Ed25519": { type: ["ed25519"], convert: ["pkey"] },
};

for (const [name, { type, convert }] of Object.entries(KEYS)) {
  Deno.test(`loadSslContext() reads a key that a server can use: ${name}`, async () => {
    using files = await makeFiles(...type);
    const converted = `${files.folder}/converted.key`;
    await openssl(...convert, "-in", files.key, "-out", converted);
    const pair = loadSslContext(files.cert, converted);
    await using server = Deno.serve(
      { ...pair, hostname: "127.0.0.1", port: 0, onListen() {} },
      () => new Response("served"),
    );
    const url = `https://localhost:${server.addr.port}/`;
    assertStringIncludes(await curl(files.cert, url), "served");
  });
}

async function curl(caFile: string, url: string): Promise<string> {
  const { port } = new URL(url);
  const { stdout } = await new Deno.Command("curl", {
    args: [
      ...["-sS", "--max-time", "20", "--cacert", caFile],
      ...["--resolve", `localhost:${port}:127.0.0.1`, url],
    ],
  }).output();
  return new TextDecoder().decode(stdout);
}

/** Loads the files as if it were another time. */
function loadAt(time: number, { cert, key }: Files): void {
  const { now } = Date;
  Date.now = () => time;
  try {
    loadSslContext(cert, key);
  } finally {
    Date.now = now;
  }
}
