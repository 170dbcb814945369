import { assertEquals, assertStringIncludes } from "@std/assert";
import { adhocSslPair } from "../../../serving/tls/adhoc_ssl_pair.ts";
import {
  openssl,
  run,
  type TemporaryHome,
  temporaryHome,
} from "./_tls_fixtures.ts";

/** The names by which the server is reached, as they stand in URLs. */
const HOSTS = ["localhost", "127.0.0.1", "[::1]", "app.localhost"];

/** Serves with the adhoc certificate on both loopbacks at once. */
function serve(): AsyncDisposable & { port: number } {
  const pair = adhocSslPair({ hosts: ["app.localhost"] });
  const options = { ...pair, onListen() {} };
  const handler = () => new Response("served");
  const v4 = Deno.serve(
    { ...options, hostname: "127.0.0.1", port: 0 },
    handler,
  );
  const { port } = v4.addr;
  const v6 = Deno.serve({ ...options, hostname: "::1", port }, handler);
  return {
    port,
    async [Symbol.asyncDispose]() {
      await Promise.all([v4.shutdown(), v6.shutdown()]);
    },
  };
}

Deno.test("curl trusts an adhoc certificate by its authority", async () => {
  using home = temporaryHome();
  await using server = serve();
  for (const host of HOSTS) {
    const { code, output } = await run(
      "curl",
      ...["-sS", "--max-time", "20"],
      ...["--cacert", `${home.caDirectory}/ca.crt`],
      ...["--resolve", `localhost:${server.port}:127.0.0.1`],
      ...["--resolve", `app.localhost:${server.port}:127.0.0.1`],
      ...["-w", " %{http_version} %{ssl_verify_result}"],
      `https://${host}:${server.port}/`,
    );
    assertEquals({ code, output }, { code: 0, output: "served 2 0" }, host);
  }
});

Deno.test("curl does not trust an adhoc certificate without its authority, or for another name", async () => {
  using home = temporaryHome();
  await using server = serve();
  const url = `https://localhost:${server.port}/`;
  const other = `https://other.test:${server.port}/`;
  const curl = ["-sS", "--max-time", "20"];
  const resolve = (host: string) => [
    "--resolve",
    `${host}:${server.port}:127.0.0.1`,
  ];
  const CANNOT_VERIFY = 60;
  assertEquals(
    (await run("curl", ...curl, ...resolve("localhost"), url)).code,
    CANNOT_VERIFY,
  );
  assertEquals(
    (await run(
      "curl",
      ...curl,
      ...resolve("other.test"),
      ...["--cacert", `${home.caDirectory}/ca.crt`, other],
    )).code,
    CANNOT_VERIFY,
  );
});

Deno.test("openssl trusts an adhoc certificate by its authority", async () => {
  using home = temporaryHome();
  await using server = serve();
  for (const host of HOSTS) {
    const name = host.replace(/[[\]]/g, "");
    const isIp = /^[\d.:]+$/.test(name);
    const output = await openssl(
      ...["s_client", "-connect", `127.0.0.1:${server.port}`, "-brief"],
      ...["-CAfile", `${home.caDirectory}/ca.crt`, "-verify_return_error"],
      ...[isIp ? "-verify_ip" : "-verify_hostname", name],
      ...(isIp ? ["-noservername"] : ["-servername", name]),
    );
    assertStringIncludes(output, "Verification: OK", host);
    assertStringIncludes(output, "Protocol version: TLSv1.3", host);
  }
});

Deno.test("fetch trusts an adhoc certificate by its authority", async () => {
  using home = temporaryHome();
  await using server = serve();
  const ca = await Deno.readTextFile(`${home.caDirectory}/ca.crt`);
  using client = Deno.createHttpClient({ caCerts: [ca] });
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
    const url = `https://${host}:${server.port}/`;
    const response = await fetch(url, { client });
    assertEquals(await response.text(), "served", host);
  }
});

Deno.test("clients refuse what the authority may not sign, should its key be stolen", async (t) => {
  using home = temporaryHome();
  adhocSslPair({ hosts: [] });
  const VIOLATION = "permitted subtree violation";
  const cases: [san: string, verdict: string, tls: string][] = [
    // The first ones show that nothing else is wrong with these certificates.
    ["DNS:any.test", "OK", "connected"],
    ["DNS:a.b.localhost", "OK", "connected"],
    ["IP:192.168.7.7", "OK", "connected"],
    ["DNS:example.com", VIOLATION, "NameConstraintViolation"],
    ["DNS:evillocalhost", VIOLATION, "NameConstraintViolation"],
    ["DNS:localhost.example", VIOLATION, "NameConstraintViolation"],
    ["DNS:any.test,DNS:example.com", VIOLATION, "NameConstraintViolation"],
    ["IP:8.8.8.8", VIOLATION, "NameConstraintViolation"],
    ["IP:172.32.0.1", VIOLATION, "NameConstraintViolation"],
    ["IP:2001:db8::1", VIOLATION, "NameConstraintViolation"],
  ];
  for (const [san, verdict, tls] of cases) {
    await t.step(san, async () => {
      const files = await signWithStolenKey(home, san);
      const verify = ["verify", "-CAfile", `${home.caDirectory}/ca.crt`];
      const { output } = await run("openssl", ...verify, files.cert);
      assertStringIncludes(output, verdict);
      const hostname = san.split(",")[0]?.replace(/^(?:DNS|IP):/, "") ?? "";
      assertStringIncludes(await connectTo(hostname, files, home), tls);
    });
  }
});

async function signWithStolenKey(
  { folder, caDirectory }: TemporaryHome,
  san: string,
): Promise<{ cert: string; key: string }> {
  const [cert, key, csr] = ["crt", "key", "csr"].map((extension) =>
    `${folder}/evil.${extension}`
  ) as [string, string, string];
  await openssl(
    ...["req", "-new", "-noenc", "-newkey", "ec", "-keyout", key, "-out", csr],
    ...["-pkeyopt", "ec_paramgen_curve:P-256", "-subj", "/O=evil"],
    ...["-addext", `subjectAltName=${san}`],
    ...["-addext", "extendedKeyUsage=serverAuth"],
  );
  await openssl(
    ...["x509", "-req", "-in", csr, "-out", cert, "-days", "1"],
    ...["-CA", `${caDirectory}/ca.crt`, "-CAkey", `${caDirectory}/ca.key`],
    ...["-copy_extensions", "copy"],
  );
  return { cert, key };
}

/** Connects to a server as if it were the host, and tells what came of it. */
async function connectTo(
  hostname: string,
  { cert, key }: { cert: string; key: string },
  { caDirectory }: TemporaryHome,
): Promise<string> {
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(cert),
    key: await Deno.readTextFile(key),
    onListen() {},
  }, () => new Response("evil"));
  const conn = await Deno.connect({ port: server.addr.port });
  const caCerts = [await Deno.readTextFile(`${caDirectory}/ca.crt`)];
  using tls = await Deno.startTls(conn, { hostname, caCerts });
  try {
    await tls.handshake();
    return "connected";
  } catch (error) {
    return String(error);
  }
}
