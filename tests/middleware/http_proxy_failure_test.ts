import {
  assert,
  assertEquals,
  assertFalse,
  assertStringIncludes,
} from "@std/assert";
import { httpProxy } from "../../middleware/http_proxy/http_proxy.ts";
import { rawConnect, rawExchange } from "../_raw_http.ts";
import { testSsl } from "../_test_ssl.ts";
import { okWith, proxied, rawUpstream, served, valuesOf } from "./_proxied.ts";

/** A URL on which nobody listens. */
function deadUrl(): string {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return `http://127.0.0.1:${listener.addr.port}`;
}

Deno.test("httpProxy() says as the client prefers why there is no answer", async () => {
  const target = deadUrl();
  const detail =
    `Cannot get an answer from ${target}/base for "/api": connection refused`;
  await using server = proxied({ "/api": `${target}/base/` });
  const cases = {
    "*/*": ["text/plain", `502 Bad Gateway\n\n${detail}\n`],
    "application/json, */*": [
      "application/json",
      JSON.stringify({ error: "502 Bad Gateway", detail }),
    ],
  };
  for (const [accept, [type, text]] of Object.entries(cases)) {
    const response = await fetch(`${server.url}/api`, { headers: { accept } });
    assertEquals(response.status, 502);
    assertEquals(response.headers.get("content-type"), `${type};charset=UTF-8`);
    assertEquals(response.headers.get("vary"), "Accept");
    assertEquals(response.headers.get("cache-control"), "no-store");
    assertEquals(await response.text(), text);
  }
  const page = await fetch(`${server.url}/api`, {
    method: "POST",
    body: "unread",
    headers: { accept: "text/html,*/*;q=0.8" },
  });
  const html = await page.text();
  assertStringIncludes(html, "<h1>502 Bad Gateway</h1>");
  assertStringIncludes(html, "&quot;/api&quot;: connection refused");
});

Deno.test("httpProxy() does not show the credentials of a target", async () => {
  const target = deadUrl().replace("//", "//user:secret@");
  await using server = proxied({ "/": target });
  const text = await (await fetch(server.url)).text();
  assertStringIncludes(text, "connection refused");
  assertFalse(text.includes("user") || text.includes("secret"), text);
});

Deno.test("httpProxy() answers 502 to what is no response", async () => {
  for (
    const [answer, reason] of [
      ["", "it closed the connection without an answer"],
      ["HTTP/1.1 200", "it closed the connection without an answer"],
      ["SSH-2.0-OpenSSH_9.9\r\n", "its answer is not valid HTTP"],
      ["HTTP/1.1 999 Odd\r\n\r\n", "it answered with status 999"],
      [
        "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
        "it changes to a protocol that was not asked for",
      ],
    ] as const
  ) {
    await using upstream = rawUpstream(answer);
    await using server = proxied({ "/": upstream.url });
    const response = await fetch(server.url);
    assertEquals(response.status, 502);
    assertStringIncludes(await response.text(), `: ${reason}\n`);
  }
});

Deno.test("httpProxy() takes long fields, and says when they are too long", async () => {
  for (const [size, expected] of [[50_000, 200], [100_000, 502]] as const) {
    const field = "x".repeat(size);
    await using upstream = rawUpstream(okWith("ok", `X-Long: ${field}\r\n`));
    await using server = proxied({ "/": upstream.url });
    const response = await fetch(server.url);
    assertEquals(response.status, expected);
    const text = await response.text();
    if (expected === 502) assertStringIncludes(text, "too long");
  }
});

Deno.test({
  name: "httpProxy() answers 502 where there is no socket",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    await using server = proxied({ "/": `unix://${folder}/none.sock` });
    const text = await (await fetch(server.url)).text();
    assertStringIncludes(text, `${folder}/none.sock`);
    assertStringIncludes(text, "there is no such socket");
    await Deno.remove(folder);
  },
});

Deno.test("httpProxy() answers 504 when the upstream does not", async () => {
  await using upstream = rawUpstream(
    async (connection) => void await connection.readToEnd(),
  );
  await using server = proxied({
    "/": { target: upstream.url, timeout: 0.05 },
  });
  const response = await fetch(server.url);
  assertEquals(response.status, 504);
  assertStringIncludes(await response.text(), "no answer within 0.05 seconds");
});

Deno.test("httpProxy() does not count the time that the client takes", async () => {
  const begun = Promise.withResolvers<void>();
  await using upstream = rawUpstream(async (connection) => {
    begun.resolve();
    assertEquals(await connection.readThrough("b"), "ab");
    await connection.send(okWith("ok"));
  });
  await using server = proxied({ "/": { target: upstream.url, timeout: 1 } });
  using client = await rawConnect(server.port);
  await client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n");
  await begun.promise;
  for (const part of ["a", "b"]) {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await client.send(part);
  }
  assertEquals((await client.readResponse()).body, "ok");
});

Deno.test("httpProxy() answers 508 to its own request", async () => {
  let handler: Deno.ServeHandler = () => new Response("not yet");
  await using server = served((request, info) => handler(request, info));
  handler = httpProxy(() => new Response("app"), {
    "/loop": { target: server.url, removePrefix: true },
    "/": server.url,
  });
  const response = await fetch(`${server.url}/loop/x`);
  assertEquals(response.status, 508);
  assertStringIncludes(await response.text(), "it leads back here");
});

Deno.test("httpProxy() takes certificates that are trusted, and others on request", async () => {
  using ssl = testSsl();
  const upstream = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    cert: await Deno.readTextFile(ssl.certFile),
    key: await Deno.readTextFile(ssl.keyFile),
    onListen: () => {},
  }, (request) => new Response(request.headers.get("x-forwarded-proto")));
  const target = `https://localhost:${upstream.addr.port}`;
  const caCerts = [await Deno.readTextFile(ssl.caFile)];
  {
    await using server = proxied({
      "/strict": target,
      "/trusted": { target, caCerts },
      "/by-ip": { target: target.replace("localhost", "127.0.0.1"), caCerts },
      "/other-host": { target, caCerts, host: "other.test" },
      "/insecure": { target, insecure: true },
      "/plain": `http://localhost:${upstream.addr.port}`,
    });
    const textOf = async (path: string) =>
      await (await fetch(server.url + path)).text();
    assertStringIncludes(await textOf("/strict"), "certificate is not trusted");
    for (const path of ["/trusted", "/by-ip", "/other-host", "/insecure"]) {
      assertEquals(await textOf(path), "http", path);
    }
    assertStringIncludes(await textOf("/plain"), "502 Bad Gateway");
  }
  await upstream.shutdown();
});

Deno.test("httpProxy() says that an upstream does not speak TLS", async () => {
  await using upstream = served(() => new Response("plain"));
  await using server = proxied({ "/": upstream.url.replace("http", "https") });
  const text = await (await fetch(server.url)).text();
  assertStringIncludes(text, "it does not speak TLS");
});

/** Runs `leave` on a client and resolves when the upstream sees its end. */
async function leaveWith(
  request: string,
  answer: string,
  sees: string,
): Promise<void> {
  const begun = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<string>();
  await using upstream = rawUpstream(async (connection) => {
    try {
      await connection.send(answer);
      begun.resolve();
      ended.resolve(await connection.readToEnd());
    } catch (error) {
      ended.reject(error);
    }
  });
  await using server = proxied({ "/": { target: upstream.url, timeout: 60 } });
  const client = await rawConnect(server.port);
  await client.send(request);
  await begun.promise;
  if (sees !== "") await client.readThrough(sees);
  client.close();
  await ended.promise;
}

Deno.test("httpProxy() aborts the request when the client leaves before the answer", async () => {
  await leaveWith("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "", "");
});

Deno.test("httpProxy() aborts the request when the client leaves during the answer", async () => {
  await leaveWith(
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin",
    "begin",
  );
});

Deno.test("httpProxy() aborts the request when the client leaves while it sends", async () => {
  await leaveWith(
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nbegin",
    "",
    "",
  );
});

Deno.test("httpProxy() aborts the request when the client leaves while both send", async () => {
  await leaveWith(
    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nbegin",
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegin",
    "begin",
  );
});

Deno.test("httpProxy() opens a connection for each request and leaves none open", async () => {
  await using upstream = rawUpstream(async (connection) => {
    await connection.send(okWith("ok"));
    assertEquals(await connection.readToEnd(), "");
  });
  await using server = proxied({ "/": upstream.url });
  const text = await rawExchange(
    server.port,
    "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
  );
  assertEquals(text.match(/200 OK/g)?.length, 2);
  assertEquals(upstream.heads.length, 2);
  assert(
    upstream.heads.every((head) =>
      valuesOf(head, "connection").join() === "close"
    ),
  );
});
