import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { type Handler, makeServer } from "../../mod.ts";
import { MAIN, makeFolder, servedAt } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { type TestSsl, testSsl } from "../_test_ssl.ts";
import { tool } from "../_tool.ts";

const openssl = tool("openssl");
const curl = tool("curl");
const options = { ignore: openssl.ignore || curl.ignore };

async function run(...args: string[]): Promise<void> {
  await using child = startProcess([openssl.path, ...args]);
  const { success } = await child.finished();
  if (!success) throw new Error(child.stderr);
}

/** Makes an authority and, signed by it, the certificate of a client. */
async function makeClient(
  { directory }: TestSsl,
  name: string,
  days = "30",
): Promise<{ ca: string; cert: string; key: string }> {
  const base = `${directory}/${name}`;
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    .concat("-nodes");
  await run(
    ...["req", "-x509", ...newKey, "-subj", `/CN=${name}s CA`, "-days", "30"],
    ...["-keyout", `${base}-ca.key`, "-out", `${base}-ca.crt`],
  );
  await run(
    ...["req", ...newKey, "-subj", `/O=Example/CN=${name}`],
    ...["-keyout", `${base}.key`, "-out", `${base}.csr`],
  );
  const extensions = `${base}.ext`;
  await Deno.writeTextFile(
    extensions,
    `extendedKeyUsage=clientAuth\nsubjectAltName=email:${name}@example.com\n`,
  );
  await run(
    ...["x509", "-req", "-in", `${base}.csr`, "-CA", `${base}-ca.crt`],
    ...["-CAkey", `${base}-ca.key`, "-CAcreateserial", "-days", days],
    ...["-extfile", extensions, "-out", `${base}.crt`],
  );
  const ca = await Deno.readTextFile(`${base}-ca.crt`);
  return { ca, cert: `${base}.crt`, key: `${base}.key` };
}

/** Asks with curl: the exit code, and what was printed. */
async function ask(ssl: TestSsl, ...args: string[]): Promise<[number, string]> {
  await using child = startProcess([
    curl.path,
    ...["-sS", "--max-time", "20", "--cacert", ssl.caFile, ...args],
  ]);
  const { code } = await child.finished();
  return [code, child.stdout];
}

const whoAmI: Handler = (request, { clientCertificate, remoteAddr }) =>
  Response.json([
    request.url,
    clientCertificate?.subject,
    clientCertificate?.names,
    clientCertificate?.validTo instanceof Date,
    (remoteAddr as Deno.NetAddr).hostname,
  ]);

Deno.test(
  "makeServer() tells who the client is with sslContext.ca",
  options,
  async () => {
    using ssl = testSsl();
    const { ca, cert, key } = await makeClient(ssl, "alice");
    await using server = makeServer("localhost", 0, whoAmI, {
      log: false,
      sslContext: {
        cert: await Deno.readTextFile(ssl.certFile),
        key: await Deno.readTextFile(ssl.keyFile),
        ca,
      },
    });
    for (const [flag, version] of [["--http2", "2"], ["--http1.1", "1.1"]]) {
      const url = `https://127.0.0.1:${server.port}/path`;
      const [code, text] = await ask(
        ssl,
        ...[flag!, "--cert", cert, "--key", key],
        ...["-w", "\n%{http_version}", url],
      );
      assertEquals(code, 0);
      const [body = "", used] = text.split("\n");
      assertEquals(used, version);
      assertEquals(JSON.parse(body), [
        url,
        { O: "Example", CN: "alice" },
        ["email:alice@example.com"],
        true,
        "127.0.0.1",
      ]);
    }
  },
);

Deno.test(
  "makeServer() serves nobody else with sslContext.ca",
  options,
  async () => {
    using ssl = testSsl();
    const { ca } = await makeClient(ssl, "alice");
    const mallory = await makeClient(ssl, "mallory");
    let calls = 0;
    await using server = makeServer("127.0.0.1", 0, () => {
      calls++;
      return new Response();
    }, {
      log: false,
      sslContext: {
        cert: await Deno.readTextFile(ssl.certFile),
        key: await Deno.readTextFile(ssl.keyFile),
        ca,
      },
    });
    for (
      const flags of [
        [],
        ["--cert", mallory.cert, "--key", mallory.key],
        ["--cert", ssl.certFile, "--key", ssl.keyFile],
      ]
    ) {
      for (const version of ["--http2", "--http1.1"]) {
        const [code, text] = await ask(ssl, version, ...flags, server.url);
        assertEquals([code === 0, text], [false, ""], `${version} ${flags}`);
      }
    }
    // Whoever finds the private port gets nothing there.
    for (const port of await listeningPorts()) {
      if (port === server.port) continue;
      const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => {});
      await response?.body?.cancel();
    }
    assertEquals(calls, 0);
  },
);

Deno.test(
  "makeServer() takes uploads and WebSockets with sslContext.ca",
  options,
  async () => {
    using ssl = testSsl();
    const alice = await makeClient(ssl, "alice");
    await using server = makeServer("localhost", 0, async (request, info) => {
      if (request.headers.get("upgrade") === "websocket") {
        const { socket, response } = Deno.upgradeWebSocket(request);
        const name = info.clientCertificate?.subject.CN;
        socket.onmessage = ({ data }) => socket.send(`${data} ${name}`);
        return response;
      }
      let size = 0;
      for await (const chunk of request.body!) size += chunk.length;
      return new Response(`${size}`);
    }, {
      log: false,
      sslContext: {
        cert: await Deno.readTextFile(ssl.certFile),
        key: await Deno.readTextFile(ssl.keyFile),
        ca: alice.ca,
      },
    });
    using client = ssl.client({
      cert: await Deno.readTextFile(alice.cert),
      key: await Deno.readTextFile(alice.key),
      http2: false,
    });
    const body = new Uint8Array(5_000_000);
    const response = await fetch(server.url, { method: "POST", body, client });
    assertEquals(await response.text(), "5000000");
    const socket = new WebSocket(server.url.replace("https", "wss"), {
      client,
    });
    const reply = Promise.withResolvers<string>();
    socket.onerror = reply.reject;
    socket.onopen = () => socket.send("hello");
    socket.onmessage = ({ data }) => reply.resolve(data);
    assertEquals(await reply.promise, "hello alice");
    const closed = Promise.withResolvers<void>();
    socket.onclose = () => closed.resolve();
    socket.close();
    await closed.promise;
  },
);

for (const relay of [false, true]) {
  Deno.test(
    `runSimple() knows clients after a reload with relay: ${relay}`,
    options,
    async () => {
      using ssl = testSsl();
      const { ca, cert, key } = await makeClient(ssl, "alice");
      const mainOf = (version: number) => `
      import { runSimple } from "${new URL(`file://${MAIN}`)}";
      const read = (path) => Deno.readTextFileSync(path);
      await runSimple("localhost", 0, (_request, info) => {
        const { subject, validTo } = info.clientCertificate;
        return Response.json([${version}, subject.CN, validTo.getDate() > 0]);
      }, {
        useReloader: true,
        relay: ${relay},
        sslContext: {
          cert: read(${JSON.stringify(ssl.certFile)}),
          key: read(${JSON.stringify(ssl.keyFile)}),
          ca: ${JSON.stringify(ca)},
        },
      });`;
      using folder = makeFolder({ "main.ts": mainOf(1) });
      await using child = startProcess(
        [Deno.execPath(), "run", "-A", "--no-config", `${folder.path}/main.ts`],
        { env: { NO_COLOR: "1" } },
      );
      const url = await servedAt(child);
      const flags = ["--cert", cert, "--key", key];
      assertEquals(await ask(ssl, ...flags, url), [0, '[1,"alice",true]']);
      // The second answer comes on the connection of the first.
      const kept = startProcess([
        curl.path,
        ...["-sS", "--cacert", ssl.caFile, "--http1.1", ...flags],
        ...["--rate", "1/s", url, url, url],
      ]);
      await using _kept = kept;
      await kept.waitFor(/\[1,/, "stdout");
      await Deno.writeTextFile(`${folder.path}/main.ts`, mainOf(2));
      assertEquals((await kept.finished()).code, 0);
      assertMatch(kept.stdout, /\[2,"alice",true\]$/);
      assertEquals((await ask(ssl, url))[1], "");
    },
  );
}

Deno.test("makeServer() checks sslContext.ca", async () => {
  using ssl = testSsl();
  const cert = await Deno.readTextFile(ssl.certFile);
  const key = await Deno.readTextFile(ssl.keyFile);
  const makeWith = (ca: unknown) => () =>
    makeServer("localhost", 0, whoAmI, {
      sslContext: { cert, key, ca: ca as string },
    });
  assertThrows(makeWith("nothing"), SyntaxError, '"ca" as it must be in PEM');
  assertThrows(makeWith(key), SyntaxError, 'find a certificate in "ca"');
  assertThrows(makeWith(1), TypeError, '"sslContext"');
});

/** The TCP ports on which this machine's loopback listens (Linux). */
async function listeningPorts(): Promise<number[]> {
  const table = await Deno.readTextFile("/proc/self/net/tcp").catch(() => "");
  return [...table.matchAll(/0100007F:([0-9A-F]{4}) 00000000:0000 0A/g)]
    .map((match) => parseInt(match[1]!, 16));
}
