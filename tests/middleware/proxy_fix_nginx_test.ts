import { assertEquals, assertStringIncludes } from "@std/assert";
import { rawRequest } from "../_raw_http.ts";
import { tool } from "../_tool.ts";
import { type Nginx, startNginx } from "./_start_nginx.ts";

const nginx = tool("nginx");
const curl = tool("curl");
const ignore = nginx.ignore || Deno.build.os === "windows";

/** What the app of the example tells. */
interface Told {
  url: string;
  remoteAddr: { transport: string; hostname?: string; port?: number };
  scriptName?: string;
  original: { remoteAddr: { transport: string }; url: string };
}

async function told(response: Response): Promise<Told> {
  return JSON.parse(await response.text());
}

async function checkAll(running: Nginx): Promise<Told> {
  const { port, sslPort, client } = running;
  const plain = await told(await fetch(`http://localhost:${port}/a?b=c`));
  assertEquals(plain.url, `http://localhost:${port}/a?b=c`);
  assertEquals(plain.scriptName, undefined);
  const base = `https://localhost:${sslPort}`;
  const secure = await told(await fetch(`${base}/app/a?b=c`, { client }));
  assertEquals(secure.url, `${base}/a?b=c`);
  assertEquals(secure.scriptName, "/app");
  assertEquals(secure.remoteAddr, {
    transport: "tcp",
    hostname: "127.0.0.1",
    port: 0,
  });
  return secure;
}

Deno.test({
  name: "examples/nginx tells the app of scheme, host, port, prefix and client",
  ignore,
  async fn() {
    await using running = await startNginx("tcp");
    const { original } = await checkAll(running);
    assertEquals(original.url, "http://localhost/a?b=c");
    assertEquals(original.remoteAddr.transport, "tcp");
    const { body } = await rawRequest(
      running.port,
      "GET / HTTP/1.1\r\nHost: App.localhost\r\nConnection: close\r\n\r\n",
    );
    assertEquals(
      (JSON.parse(body) as Told).url,
      `http://app.localhost:${running.port}/`,
    );
  },
});

Deno.test({
  name: "examples/nginx does the same over a Unix socket",
  ignore,
  async fn() {
    await using running = await startNginx("unix");
    const { original } = await checkAll(running);
    assertEquals(original.remoteAddr.transport, "unix");
  },
});

Deno.test({
  name: "examples/nginx lets clients say nothing of themselves",
  ignore,
  async fn() {
    await using running = await startNginx("tcp");
    const url = `http://localhost:${running.port}/`;
    for (const address of ["198.51.100.1", '"', "198.51.100.1, "]) {
      const response = await fetch(url, {
        headers: {
          "X-Forwarded-For": address,
          "X-Forwarded-Proto": "https",
          "X-Forwarded-Host": "evil.test",
          "X-Forwarded-Port": "1",
          "X-Forwarded-Prefix": "/evil",
          "Forwarded": `for=${address};host=evil.test`,
        },
      });
      const { url: seen, scriptName, remoteAddr } = await told(response);
      assertEquals([seen, scriptName], [url, undefined]);
      assertEquals([remoteAddr.hostname, remoteAddr.port], ["127.0.0.1", 0]);
    }
    // The Host check of devserve cannot see this one any more.
    const foreign = await rawRequest(
      running.port,
      "GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
    );
    assertEquals(foreign.status, 421);
  },
});

Deno.test({
  name: "examples/nginx tells the address of a client that is not the proxy's",
  // Elsewhere, 127.0.0.2 is not there without being asked for.
  ignore: ignore || curl.ignore || Deno.build.os !== "linux",
  async fn() {
    await using running = await startNginx("tcp");
    const { stdout, success } = await new Deno.Command(curl.path, {
      args: ["--silent", "--interface", "127.0.0.2", "--cacert", running.caFile]
        .concat(`https://127.0.0.1:${running.sslPort}/`),
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals([success, (JSON.parse(text) as Told).remoteAddr.hostname], [
      true,
      "127.0.0.2",
    ]);
  },
});

Deno.test({
  name: "examples/nginx passes on events as they come",
  ignore,
  async fn() {
    await using running = await startNginx("tcp");
    const { sslPort, client } = running;
    const response = await fetch(`https://localhost:${sslPort}/app/events`, {
      client,
      // In a buffer, they would stay until there are thousands of bytes.
      signal: AbortSignal.timeout(30_000),
    });
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    const reader = response.body!.pipeThrough(new TextDecoderStream())
      .getReader();
    for (let count = 0; count < 2; count++) {
      const { value = "" } = await reader.read();
      assertStringIncludes(
        value,
        `"url":"https://localhost:${sslPort}/events"`,
      );
    }
    await reader.cancel();
  },
});

Deno.test({
  name: "examples/nginx passes on WebSockets",
  ignore,
  async fn() {
    await using running = await startNginx("unix");
    const socket = new WebSocket(`ws://localhost:${running.port}/app/socket`);
    const messages: string[] = [];
    const closed = Promise.withResolvers<CloseEvent>();
    socket.onmessage = ({ data }) => {
      messages.push(data);
      if (messages.length === 1) socket.send("ping");
      else socket.close(1000);
    };
    socket.onclose = closed.resolve;
    await closed.promise;
    const { url, scriptName, remoteAddr } = JSON.parse(messages[0]!) as Told;
    assertEquals(url, `http://localhost:${running.port}/socket`);
    assertEquals([scriptName, remoteAddr.hostname], ["/app", "127.0.0.1"]);
    assertEquals(messages[1], "ping");
  },
});
