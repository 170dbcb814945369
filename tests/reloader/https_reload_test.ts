import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { connect } from "node:tls";
import { MAIN, makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { rawExchange } from "../_raw_http.ts";
import { type TestSsl, testSsl } from "../_test_ssl.ts";
import { fetchUntil, generationOf, save } from "./_reload.ts";

const appOf = (version: number) =>
  `export default (request) => new Response("v${version} " + request.url);`;

/** The fingerprint of the certificate that a server shows. */
async function fingerprintAt(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const { hostname, port } = new URL(url);
  const socket = connect(
    { host: hostname, port: Number(port), rejectUnauthorized: false },
    () => resolve(socket.getPeerCertificate().fingerprint256),
  );
  socket.on("error", reject);
  const closed = new Promise((done) => socket.on("close", done));
  const fingerprint = await promise;
  socket.destroy();
  await closed;
  return fingerprint;
}

function envOf(ssl: TestSsl): Record<string, string> {
  return { DEVSERVE_CA_DIR: ssl.directory, CAROOT: ssl.directory };
}

for (const mode of Deno.build.os === "linux" ? [[], ["--relay"]] : [[]]) {
  Deno.test(`devserve ${mode.join(" ")} keeps the adhoc certificate across reloads and restarts`, async () => {
    using folder = makeFolder({ "app.ts": appOf(1) });
    using ssl = testSsl();
    using client = ssl.client();
    const fingerprints: string[] = [];
    for (const version of [1, 3]) {
      await using child = startDevserve(
        ["app.ts", "-b", "localhost:0", "--cert", "adhoc", ...mode],
        { cwd: folder.path, env: envOf(ssl) },
      );
      const url = await servedAt(child);
      assertMatch(url, /^https:/);
      const init = { client };
      await fetchUntil(url, `v${version} ${url}`, init);
      fingerprints.push(await fingerprintAt(url));
      await save(`${folder.path}/app.ts`, appOf(version + 1));
      await fetchUntil(url, `v${version + 1} ${url}`, init);
      fingerprints.push(await fingerprintAt(url));
      await save(`${folder.path}/app.ts`, appOf(version + 2));
      await fetchUntil(url, `v${version + 2} ${url}`, init);
    }
    assertEquals(new Set(fingerprints).size, 1);
  });
}

Deno.test("devserve moves kept HTTPS connections to the new code", async () => {
  using folder = makeFolder({ "app.ts": appOf(1) });
  using ssl = testSsl();
  await using child = startDevserve(
    ["app.ts", "-p", "0", "--cert", ssl.certFile, "--key", ssl.keyFile],
    { cwd: folder.path },
  );
  const url = await servedAt(child);
  const { port } = new URL(url);
  using connection = await Deno.connectTls({
    hostname: "localhost",
    port: Number(port),
    caCerts: [await Deno.readTextFile(ssl.caFile)],
  });
  const ask = async () => {
    const request = `GET /kept HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    const buffer = new Uint8Array(4096);
    let answer = "";
    while (!/v\d https.*\/kept/.test(answer)) {
      const count = await connection.read(buffer);
      if (count === null) throw new Error(`Cut off after ${answer}`);
      answer += new TextDecoder().decode(buffer.subarray(0, count));
    }
    return answer;
  };
  assertStringIncludes(await ask(), `v1 ${url}kept`);
  await save(`${folder.path}/app.ts`, appOf(2));
  await generationOf(child, 2);
  // The old process is told a moment later than we are.
  let answer = await ask();
  while (answer.includes("v1 ")) answer = await ask();
  assertStringIncludes(answer, `v2 ${url}kept`);
  assertMatch(answer, /^connection: close\r$/im);
});

Deno.test("devserve takes up certificate files that change", async () => {
  using folder = makeFolder({ "app.ts": appOf(1) });
  using ssl = testSsl();
  using next = testSsl();
  const { certFile, keyFile } = ssl;
  await using child = startDevserve(
    ["app.ts", "-p", "0", "--cert", certFile, "--key", keyFile],
    { cwd: folder.path },
  );
  const url = await servedAt(child);
  const first = await fingerprintAt(url);
  // One file alone fits nothing: what was there is served on.
  await Deno.copyFile(next.certFile, certFile);
  await child.waitFor(/Serving with the certificate as it was: /, "stderr");
  await generationOf(child, 2);
  assertEquals(await fingerprintAt(url), first);
  await Deno.copyFile(next.keyFile, keyFile);
  await generationOf(child, 3);
  using client = next.client();
  await fetchUntil(url, `v1 ${url}`, { client });
});

Deno.test("devserve refuses an unusable certificate before it listens", async () => {
  using folder = makeFolder({ "app.ts": appOf(1), "no.pem": "nothing" });
  using ssl = testSsl();
  const { certFile } = ssl;
  for (
    const [flags, code, message] of [
      [["--cert", "missing.crt"], 1, /"missing\.crt": the file does not exist/],
      [["--cert", certFile], 1, /private key/],
      [["--cert", "no.pem"], 1, /"no\.pem" as it must be in PEM/],
      [["--key", "some.key"], 2, /--key some\.key without --cert/],
      [["--cert", "adhoc", "--key", "some.key"], 2, /a key of its own/],
    ] as const
  ) {
    for (const mode of [[], ["--no-reload"]]) {
      await using child = startDevserve(
        ["app.ts", "-p", "0", ...flags, ...mode],
        { cwd: folder.path },
      );
      assertEquals((await child.finished()).code, code);
      assertMatch(child.stderr, message);
      assertEquals(child.stderr.includes("Local"), false);
    }
  }
});

Deno.test("devserve --relay sends clients that speak HTTP to HTTPS", async () => {
  using folder = makeFolder({ "app.ts": appOf(1) });
  using ssl = testSsl();
  await using child = startDevserve(
    ["app.ts", "-p", "0", "--cert", ssl.certFile, "--key", ssl.keyFile]
      .concat("--relay"),
    { cwd: folder.path },
  );
  const url = await servedAt(child);
  const port = Number(new URL(url).port);
  const redirected = await rawExchange(
    port,
    `POST /path?x=1 HTTP/1.1\r\nHost: localhost:${port}\r\nContent-Length: 5\r\n\r\nhello`,
  );
  assertMatch(redirected, /^HTTP\/1\.1 308 Permanent Redirect\r\n/);
  assertStringIncludes(redirected, `\r\nLocation: ${url}path?x=1\r\n`);
  for (
    const text of [
      "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
      "GET http://evil.test/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
      "hello\r\n",
    ]
  ) {
    assertMatch(
      await rawExchange(port, text),
      /^HTTP\/1\.1 400 Bad Request\r\n/,
    );
  }
});

Deno.test("runSimple() reloads with useReloader and sslContext", async () => {
  const mainOf = (version: number) => `
    import { runSimple } from "${new URL(`file://${MAIN}`)}";
    await runSimple("localhost", 0, (request) =>
      new Response("v${version} " + request.url), {
      useReloader: true,
      sslContext: "adhoc",
    });`;
  using folder = makeFolder({ "main.ts": mainOf(1) });
  using ssl = testSsl();
  await using child = startProcess(
    [Deno.execPath(), "run", "-A", "--no-config", `${folder.path}/main.ts`],
    { cwd: folder.path, env: { NO_COLOR: "1", ...envOf(ssl) } },
  );
  const url = await servedAt(child);
  using client = ssl.client();
  await fetchUntil(url, `v1 ${url}`, { client });
  const first = await fingerprintAt(url);
  await save(`${folder.path}/main.ts`, mainOf(2));
  await fetchUntil(url, `v2 ${url}`, { client });
  await save(`${folder.path}/main.ts`, "throw new Error('broken');");
  await child.waitFor(/Serving this error/, "stderr");
  const broken = await fetch(url, { client });
  assertEquals(broken.status, 500);
  await broken.body?.cancel();
  assertEquals(await fingerprintAt(url), first);
});

Deno.test("devserve says why it cannot make a certificate, and no more", async () => {
  using folder = makeFolder({ "app.ts": appOf(1), "file": "" });
  for (const mode of [[], ["--no-reload"]]) {
    await using child = startDevserve(
      ["app.ts", "-p", "0", "--cert", "adhoc", ...mode],
      {
        cwd: folder.path,
        env: { DEVSERVE_CA_DIR: `${folder.path}/file/inside` },
      },
    );
    assertEquals((await child.finished()).code, 1);
    assertMatch(
      child.stderr,
      /^Cannot make the directory of certificates ".*\/file\/inside": .*\n$/,
    );
  }
});
