import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { type Handler, makeServer, runSimple } from "../../mod.ts";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { testSsl } from "../_test_ssl.ts";
import { tool } from "../_tool.ts";

const echoUrl: Handler = (request) => new Response(request.url);

/** Has functions that look for certificates find those of a test. */
function withCaDirectory(directory: string): Disposable {
  const before = Deno.env.get("DEVSERVE_CA_DIR");
  Deno.env.set("DEVSERVE_CA_DIR", directory);
  return {
    [Symbol.dispose]() {
      if (before === undefined) Deno.env.delete("DEVSERVE_CA_DIR");
      else Deno.env.set("DEVSERVE_CA_DIR", before);
    },
  };
}

Deno.test("makeServer() serves HTTPS with files, with text and with adhoc", async () => {
  using ssl = testSsl();
  using _directory = withCaDirectory(ssl.directory);
  const { certFile, keyFile } = ssl;
  const cert = await Deno.readTextFile(certFile);
  const key = await Deno.readTextFile(keyFile);
  const both = `${ssl.directory}/both.pem`;
  await Deno.writeTextFile(both, cert + key);
  using client = ssl.client();
  for (
    const sslContext of [
      [certFile, keyFile],
      [keyFile, certFile],
      [both],
      { cert, key },
      "adhoc",
    ] as const
  ) {
    await using server = makeServer("localhost", 0, echoUrl, {
      log: false,
      sslContext,
    });
    assertMatch(server.url, /^https:\/\/localhost:\d+\/$/);
    for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
      const url = `https://${host}:${server.port}/path?query`;
      const response = await fetch(url, { client });
      assertEquals(await response.text(), url);
    }
    const own = await server.fetch("/own");
    assertEquals(await own.text(), `${server.url}own`);
  }
});

Deno.test("makeServer() refuses an unusable certificate before it listens", () => {
  using ssl = testSsl();
  using other = testSsl();
  // Nothing is bound, or it would fail for that.
  using busy = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = busy.addr;
  const makeWith = (certFile: string, keyFile?: string) => () =>
    makeServer("127.0.0.1", port, echoUrl, {
      sslContext: keyFile === undefined ? [certFile] : [certFile, keyFile],
    });
  const missing = `${ssl.directory}/missing.crt`;
  assertThrows(makeWith(missing), Deno.errors.NotFound, missing);
  assertThrows(makeWith(ssl.certFile), SyntaxError, "private key");
  assertThrows(makeWith(ssl.certFile, other.keyFile), TypeError, "together");
  assertThrows(
    () =>
      makeServer("127.0.0.1", port, echoUrl, {
        sslContext: "ad-hoc" as "adhoc",
      }),
    TypeError,
    'Cannot use option "sslContext": expected "adhoc", [certFile, keyFile] or { cert, key, ca? }, got "ad-hoc"',
  );
});

Deno.test("makeServer() serves HTTP/2 and HTTP/1.1 with sslContext", {
  ignore: tool("curl").ignore,
}, async () => {
  using ssl = testSsl();
  await using server = makeServer("localhost", 0, echoUrl, {
    log: false,
    sslContext: [ssl.certFile, ssl.keyFile],
  });
  for (const [flag, version] of [["--http2", "2"], ["--http1.1", "1.1"]]) {
    await using curl = startProcess([
      tool("curl").path,
      ...["-sS", flag!, "--cacert", ssl.caFile],
      ...["-w", " %{http_version} %{ssl_verify_result}", server.url],
    ]);
    assertEquals((await curl.finished()).code, 0, curl.stderr);
    assertEquals(curl.stdout, `${server.url} ${version} 0`);
  }
});

Deno.test("makeServer() takes WebSockets with sslContext", async () => {
  using ssl = testSsl();
  await using server = makeServer("localhost", 0, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(`${data}!`);
    return response;
  }, { log: false, sslContext: [ssl.certFile, ssl.keyFile] });
  using client = ssl.client({ http2: false });
  const socket = new WebSocket(server.url.replace("https", "wss"), { client });
  const reply = Promise.withResolvers<string>();
  socket.onerror = reply.reject;
  socket.onopen = () => socket.send("hello");
  socket.onmessage = ({ data }) => reply.resolve(data);
  assertEquals(await reply.promise, "hello!");
  const closed = Promise.withResolvers<void>();
  socket.onclose = () => closed.resolve();
  socket.close();
  await closed.promise;
});

Deno.test("makeServer() serves others while 200 clients never start TLS", async () => {
  using ssl = testSsl();
  await using server = makeServer("127.0.0.1", 0, echoUrl, {
    log: false,
    gracePeriod: 0,
    sslContext: [ssl.certFile, ssl.keyFile],
  });
  const { port } = server;
  const silent = await Promise.all(
    Array.from(
      { length: 200 },
      () => Deno.connect({ hostname: "127.0.0.1", port: port! }),
    ),
  );
  // Half of them begin a handshake and stop in its midst.
  const start = Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01);
  for (const client of silent.slice(100)) await client.write(start);
  try {
    using client = ssl.client();
    const response = await fetch(server.url, { client });
    assertEquals(await response.text(), server.url);
  } finally {
    silent.forEach((client) => client.close());
  }
});

Deno.test("makeServer() checks the host of HTTPS requests", {
  ignore: tool("curl").ignore,
}, async () => {
  using ssl = testSsl();
  await using server = makeServer("127.0.0.1", 0, echoUrl, {
    log: false,
    sslContext: [ssl.certFile, ssl.keyFile],
  });
  for (const flag of ["--http2", "--http1.1"]) {
    for (const [host, status] of [["evil.test", 421], ["localhost", 200]]) {
      await using curl = startProcess([
        tool("curl").path,
        ...["-sS", "-o", "-", flag, "--cacert", ssl.caFile],
        ...["-H", `Host: ${host}`, "-w", " %{http_code}", server.url],
      ]);
      await curl.finished();
      assertMatch(curl.stdout, new RegExp(` ${status}$`));
    }
  }
});

Deno.test("makeServer() leaves Unix sockets to HTTP with sslContext", async () => {
  using ssl = testSsl();
  const path = `${ssl.directory}/app.sock`;
  await using _server = makeServer(`unix://${path}`, 0, echoUrl, {
    log: false,
    sslContext: [ssl.certFile, ssl.keyFile],
  });
  using client = Deno.createHttpClient({ proxy: { transport: "unix", path } });
  const response = await fetch("http://localhost/", { client });
  assert(response.ok);
  await response.body?.cancel();
});

Deno.test("runSimple() serves HTTPS and rejects what it cannot use", async () => {
  using ssl = testSsl();
  using _directory = withCaDirectory(ssl.directory);
  using client = ssl.client();
  const stop = new AbortController();
  let answer: Promise<string> | undefined;
  await runSimple("localhost", 0, echoUrl, {
    log: false,
    sslContext: "adhoc",
    signal: stop.signal,
    onListen(server) {
      answer = fetch(server.url, { client }).then((it) => it.text())
        .finally(() => stop.abort());
    },
  });
  assertMatch(await answer!, /^https:\/\/localhost:\d+\/$/);
  await assertRejects(
    () => runSimple("localhost", 0, echoUrl, { sslContext: ["missing.crt"] }),
    Deno.errors.NotFound,
    "missing.crt",
  );
});

Deno.test(
  "devserve serves the names of its certificate, and shows them errors",
  {
    ignore: tool("curl").ignore,
  },
  async () => {
    using folder = makeFolder({
      "app.ts": `export default (request: Request) => {
      if (request.url.endsWith("/")) return new Response(request.url);
      throw new Error("broken");
    };`,
    });
    using ssl = testSsl("app.test", "*.app.test");
    const { certFile, keyFile, caFile } = ssl;
    await using child = startDevserve(
      ["app.ts", "-b", "127.0.0.1:0", "--cert", certFile, "--key", keyFile],
      { cwd: folder.path },
    );
    const { port } = new URL(await servedAt(child));

    async function get(url: string): Promise<string> {
      await using request = startProcess([
        tool("curl").path,
        ...["--silent", "--show-error", "--cacert", caFile],
        ...[
          "--connect-to",
          `::127.0.0.1:${port}`,
          "--header",
          "Accept: text/plain",
        ],
        ...["--write-out", "\n%{http_code}", url],
      ]);
      await request.finished();
      return request.stdout + request.stderr;
    }
    for (const host of ["app.test", "www.app.test"]) {
      const url = `https://${host}:${port}/`;
      assertEquals(await get(url), `${url}\n200`);
      assertMatch(await get(`${url}x`), /Error: broken[^]*app\.ts[^]*\n500$/);
    }
  },
);
