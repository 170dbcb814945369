import {
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  httpProxy,
  type HttpProxyTargets,
} from "../../middleware/http_proxy/http_proxy.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { rawRequest } from "../_raw_http.ts";
import { okWith, proxied, rawUpstream, served, valuesOf } from "./_proxied.ts";

async function textOf(url: string, init?: RequestInit): Promise<string> {
  return await (await fetch(url, init)).text();
}

function requestLine(head: string | undefined): string | undefined {
  return head?.split("\r\n")[0];
}

Deno.test("httpProxy() takes whole segments, with and without a slash at the end", async () => {
  await using upstream = rawUpstream(okWith("upstream"));
  for (const prefix of ["/api", "/api/"]) {
    await using server = proxied({ [prefix]: upstream.url });
    for (
      const [path, expected] of [
        ["/api", "upstream"],
        ["/api/", "upstream"],
        ["/api?a=b", "upstream"],
        ["/api/users/7", "upstream"],
        ["/%61pi/users", "upstream"],
        ["/apis", "app"],
        ["/API/users", "app"],
        ["/other/api", "app"],
        ["/", "app"],
      ]
    ) assertEquals(await textOf(server.url + path), expected, path);
  }
});

Deno.test("httpProxy() takes the longest prefix, in whatever order", async () => {
  await using short = rawUpstream(okWith("short"));
  await using long = rawUpstream(okWith("long"));
  await using root = rawUpstream(okWith("root"));
  await using server = proxied({
    "/": root.url,
    "/a": short.url,
    "/a/b": long.url,
  });
  assertEquals(await textOf(`${server.url}/a/b/c`), "long");
  assertEquals(await textOf(`${server.url}/a/bc`), "short");
  assertEquals(await textOf(`${server.url}/c`), "root");
});

Deno.test("httpProxy() joins the paths of target and request", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({
    "/keep": `${upstream.url}/base/`,
    "/cut": { target: upstream.url, removePrefix: true },
    "/cut/base": { target: `${upstream.url}/base`, removePrefix: true },
  });
  const cases = {
    "/keep/a?b=c": "/base/keep/a?b=c",
    "/cut": "/",
    "/cut?b=c": "/?b=c",
    "/cut/": "/",
    "/cut/a/?b": "/a/?b",
    "/cut/base": "/base",
    "/cut/base/": "/base/",
    "/cut/base/a": "/base/a",
  };
  for (const path of Object.keys(cases)) await textOf(server.url + path);
  assertEquals(
    upstream.heads.map(requestLine),
    Object.values(cases).map((path) => `GET ${path} HTTP/1.1`),
  );
});

Deno.test("httpProxy() sends the Host field that is asked for", async () => {
  await using upstream = rawUpstream(okWith(""));
  const { host } = new URL(upstream.url);
  await using server = proxied({
    "/auto": upstream.url,
    "/client": { target: upstream.url, host: null },
    "/own": { target: upstream.url, host: "own.test:1" },
  });
  for (const path of ["/auto", "/client", "/own"]) {
    await rawRequest(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: client.test:2\r\nConnection: close\r\n\r\n`,
    );
  }
  assertEquals(upstream.heads.flatMap((head) => valuesOf(head, "host")), [
    host,
    "client.test:2",
    "own.test:1",
  ]);
});

Deno.test("httpProxy() sets headers in place of those of the client", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({
    "/": { target: upstream.url, headers: { "X-Key": "secret" } },
  });
  await textOf(server.url, { headers: { "x-key": "guess", "x-other": "1" } });
  assertEquals(valuesOf(upstream.heads[0], "x-key"), ["secret"]);
  assertEquals(valuesOf(upstream.heads[0], "x-other"), ["1"]);
});

Deno.test("httpProxy() sends the credentials of the target unless the client has its own", async () => {
  await using upstream = rawUpstream(okWith(""));
  const target = upstream.url.replace("//", "//us%C3%A9r:p%40ss@");
  await using server = proxied({ "/": target });
  await textOf(server.url);
  await textOf(server.url, { headers: { authorization: "Bearer mine" } });
  const [sent, own] = upstream.heads.map((head) =>
    valuesOf(head, "authorization")
  );
  assertEquals(sent, [`Basic ${btoa("us\xc3\xa9r:p@ss")}`]);
  assertEquals(own, ["Bearer mine"]);
});

Deno.test("httpProxy() tells the upstream about the client", async () => {
  await using upstream = rawUpstream(okWith(""));
  const proxy = httpProxy(() => new Response("app"), {
    "/api": { target: upstream.url, removePrefix: true },
  });
  await using server = served((request, info) =>
    proxy(request, {
      remoteAddr: info.remoteAddr,
      completed: info.completed,
      scriptName: "/mount",
    })
  );
  await rawRequest(
    server.port,
    "GET /api HTTP/1.1\r\nHost: h.test\r\nX-Forwarded-For: 192.0.2.1\r\n" +
      "X-Forwarded-Proto: gopher\r\nX-Forwarded-Host: forged.test\r\n" +
      "X-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /forged\r\n" +
      "Forwarded: for=192.0.2.1\r\nConnection: close\r\n\r\n",
  );
  const [head] = upstream.heads;
  assertEquals(valuesOf(head, "x-forwarded-for"), ["192.0.2.1, 127.0.0.1"]);
  assertEquals(valuesOf(head, "x-forwarded-proto"), ["http"]);
  assertEquals(valuesOf(head, "x-forwarded-host"), ["h.test"]);
  assertEquals(valuesOf(head, "x-forwarded-port"), ["80"]);
  assertEquals(valuesOf(head, "x-forwarded-prefix"), ["/mount/api"]);
  assertEquals(valuesOf(head, "forwarded"), [
    'for=192.0.2.1, for=127.0.0.1;host="h.test";proto=http',
  ]);
});

Deno.test("httpProxy() takes prefixes in any script", async () => {
  await using upstream = rawUpstream(okWith(""));
  for (const prefix of ["/日本", "/%E6%97%A5%E6%9C%AC/"]) {
    await using server = proxied({
      [prefix]: { target: upstream.url, removePrefix: true },
    });
    await textOf(`${server.url}/日本/x`);
    const head = upstream.heads.at(-1);
    assertEquals(requestLine(head), "GET /x HTTP/1.1");
    assertEquals(valuesOf(head, "x-forwarded-prefix"), [
      "/%E6%97%A5%E6%9C%AC",
    ]);
  }
});

Deno.test("httpProxy() does not let the client claim a prefix", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  await textOf(server.url, { headers: { "x-forwarded-prefix": "/forged" } });
  const [head] = upstream.heads;
  assertEquals(valuesOf(head, "x-forwarded-prefix"), []);
  assertEquals(valuesOf(head, "forwarded"), []);
});

Deno.test("httpProxy() passes on X-Forwarded as it came when told so", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({
    "/": { target: upstream.url, xForwarded: false },
  });
  await textOf(server.url, { headers: { "x-forwarded-for": "192.0.2.1" } });
  assertEquals(valuesOf(upstream.heads[0], "x-forwarded-for"), ["192.0.2.1"]);
  assertEquals(valuesOf(upstream.heads[0], "x-forwarded-proto"), []);
});

Deno.test("httpProxy() adds itself to Via", async () => {
  await using upstream = rawUpstream(okWith(""));
  await using server = proxied({ "/": upstream.url });
  await textOf(server.url, { headers: { via: "1.0 fred" } });
  assertMatch(
    valuesOf(upstream.heads[0], "via")[0] ?? "",
    /^1\.0 fred, 1\.1 devserve-[\da-f]{8}$/,
  );
});

Deno.test({
  name: "httpProxy() reaches Unix sockets",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/a b.sock`;
    const upstream = Deno.serve(
      { path, onListen: () => {} },
      (request) => new Response(request.headers.get("host")),
    );
    {
      await using server = proxied({
        "/": `unix://${path.replace(" ", "%20")}`,
      });
      assertEquals(await textOf(`${server.url}/x`), "localhost");
    }
    await upstream.shutdown();
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("httpProxy() finds a localhost that listens on IPv6 alone", async () => {
  await using upstream = rawUpstream(okWith("six"), "::1");
  const target = upstream.url.replace("127.0.0.1", "app.localhost");
  await using server = proxied({ "/": target });
  assertEquals(await textOf(server.url), "six");
});

Deno.test("httpProxy() hands its info to the app", async () => {
  type Info = ServeInfo & { user: string };
  const handler: Handler<Info> = httpProxy(
    (_request, info: Info) => new Response(info.user),
    {},
  );
  const info: Info = {
    remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 1 },
    completed: Promise.resolve(),
    user: "ada",
  };
  const response = await handler(new Request("http://h.test/"), info);
  assertEquals(await response.text(), "ada");
});

Deno.test("httpProxy() throws where an option is wrong", () => {
  const app = () => new Response();
  const target = "http://127.0.0.1:9000";
  const cases: [
    unknown,
    typeof TypeError | typeof RangeError,
    string,
  ][] = [
    [null, TypeError, "targets must be an object"],
    [{ api: target }, TypeError, 'that begins with "/"'],
    [{ "/a?b": target }, TypeError, 'that begins with "/"'],
    [{ "/%zz": target }, TypeError, 'that begins with "/"'],
    [{ "/a": 9000 }, TypeError, "a URL or an object of options"],
    [{ "/a": {} }, TypeError, "the target must be a URL"],
    [{ "/a": "127.0.0.1:9000" }, TypeError, "the target must be a URL"],
    [{ "/a": "ws://127.0.0.1" }, TypeError, "the target must be a URL"],
    [{ "/a": `${target}/?key=1` }, TypeError, "without a query"],
    [{ "/a": "unix:///" }, TypeError, "the target must be a URL"],
    [{ "/a": "http://%zz@h.test" }, TypeError, "the target must be a URL"],
    [{ "/a": "unix:///%zz" }, TypeError, "the target must be a URL"],
    [{ "/a": target, "/a/": target }, TypeError, "given twice"],
    [{ "/a": { target, removePrefix: 1 } }, TypeError, "removePrefix must be"],
    [{ "/a": { target, insecure: "yes" } }, TypeError, "insecure must be"],
    [{ "/a": { target, xForwarded: null } }, TypeError, "xForwarded must be"],
    [{ "/a": { target, host: "a/b" } }, TypeError, "host must be"],
    [{ "/a": { target, host: "a\r\nb" } }, TypeError, "host must be"],
    [{ "/a": { target, timeout: "1" } }, TypeError, "timeout must be a number"],
    [{ "/a": { target, timeout: 0 } }, RangeError, "seconds above 0"],
    [{ "/a": { target, timeout: NaN } }, RangeError, "seconds above 0"],
    [{ "/a": { target, caCerts: "pem" } }, TypeError, "caCerts must be"],
    [{ "/a": { target, headers: "a: b" } }, TypeError, "headers must be"],
    [
      { "/a": { target, headers: { a: "b\r\nc: d" } } },
      TypeError,
      "cannot be sent",
    ],
    [
      { "/a": { target, headers: { Host: "b" } } },
      TypeError,
      "set the option host",
    ],
    [
      { "/a": { target, headers: { "Content-Length": "1" } } },
      TypeError,
      "set by the proxy",
    ],
  ];
  for (const [targets, type, message] of cases) {
    assertThrows(
      () => httpProxy(app, targets as HttpProxyTargets),
      type,
      message,
    );
  }
  assertThrows(
    () => httpProxy("app" as unknown as Handler, {}),
    TypeError,
    "app must be a function",
  );
});

Deno.test("httpProxy() does not show the password of a wrong target", () => {
  const error = assertThrows(
    () => httpProxy(() => new Response(), { "/": "ftp://user:pass@h.test" }),
    TypeError,
  );
  assertEquals(error.message.includes("pass@"), false);
  assertStringIncludes(error.message, 'Cannot proxy "/"');
});
