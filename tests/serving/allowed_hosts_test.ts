import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { isAllowedHost, makeServer, type ServerOptions } from "../../mod.ts";
import {
  assertAllowedHost,
  defaultAllowedHosts,
} from "../../serving/allowed_hosts.ts";
import { parseBindAddress } from "../../serving/bind_address.ts";
import { startProcess } from "../_process.ts";
import { rawExchange, rawRequest } from "../_raw_http.ts";
import { tool } from "../_tool.ts";
import { LogRecorder } from "./_log_recorder.ts";

/** What is served by default when the loopbacks are bound. */
const LOOPBACK = defaultAllowedHosts([parseBindAddress("localhost")])!;

const ALLOWED: [allowed: readonly string[], hosts: string[]][] = [
  [LOOPBACK, [
    "localhost",
    "localhost:8000",
    "localhost:",
    "LocalHost:8000",
    "localhost.",
    "localhost.:8000",
    "app.localhost",
    "a.b.localhost:1",
    "127.0.0.1",
    "127.0.0.1:8000",
    "[::1]",
    "[::1]:8000",
    "[0:0:0:0:0:0:0:1]:8000",
    "192.168.1.5:8000",
    "[fd00::1]",
  ]],
  [["app.test"], ["app.test", "APP.TEST:80", "app.test."]],
  [["App.Test."], ["app.test", "app.test:1"]],
  [["app.test:8000"], ["app.test", "app.test:9000"]],
  [[".app.test"], ["app.test", "a.app.test", "a.b.app.test:1"]],
  [["192.168.1.5"], ["192.168.1.5", "192.168.1.5:80"]],
  [["::1"], ["[::1]", "[::1]:80"]],
  [["[::1]"], ["[::1]", "[::1]:80"]],
  [["[FD00:0::1]:80"], ["[fd00::1]"]],
  [["fd00:0:0:0:0:0:0:1"], ["[fd00::1]"]],
  [["bücher.test"], ["xn--bcher-kva.test", "XN--BCHER-KVA.test:80"]],
  [[".bücher.test"], ["www.xn--bcher-kva.test"]],
  [["xn--bcher-kva.test"], ["xn--bcher-kva.test"]],
  [["my_host"], ["my_host:80"]],
  [["*"], ["anything.test", "[::1]", "1.2.3.4:5"]],
];

const REFUSED: typeof ALLOWED = [
  [
    LOOPBACK,
    [
      "",
      "evil.test",
      "localhost.evil.test",
      "evillocalhost",
      "evil-localhost",
      "127.0.0.1.evil.test",
      "localhost@evil.test",
      "evil@localhost",
      "user:pass@localhost",
      "localhost:80:80",
      "localhost:http",
      "localhost:-1",
      "localhost/",
      "localhost/evil",
      "localhost?",
      "localhost#",
      "localhost\\",
      "local host",
      " localhost",
      "localhost ",
      "localhost\t",
      "localhost,evil.test",
      "localhost%00",
      "localhost\0",
      "::1",
      "[::1",
      "::1]",
      "[]",
      "[localhost]",
      "[::1]evil.test",
      "[::1].evil.test",
      "[v1.evil]",
      "0x7f000001",
      "2130706433",
      "127.1",
      "ⓛocalhost",
      "localhost\u3002evil.test",
    ].filter((host) => host !== "127.0.0.1."),
  ],
  [["app.test"], ["a.app.test", "xapp.test", "app.testx", "app.test.evil"]],
  [[".app.test"], ["xapp.test", "app.test.evil.test", "test"]],
  [["192.168.1.5"], ["192.168.1.50", "[::1]", "localhost"]],
  [[], ["localhost", "127.0.0.1", ""]],
  [["*"], ["", "evil@localhost", "a b", "[", "localhost:80:80"]],
];

Deno.test("isAllowedHost() allows the hosts that an entry names", () => {
  for (const [allowed, hosts] of ALLOWED) {
    for (const host of hosts) {
      assert(isAllowedHost(host, allowed), `"${host}" by ${allowed}`);
    }
  }
});

Deno.test("isAllowedHost() refuses all others", () => {
  for (const [allowed, hosts] of REFUSED) {
    for (const host of hosts) {
      assert(!isAllowedHost(host, allowed), `"${host}" by ${allowed}`);
    }
  }
});

Deno.test("assertAllowedHost() throws SyntaxError for what is no host", () => {
  for (const [allowed] of ALLOWED) {
    if (allowed !== LOOPBACK) allowed.forEach(assertAllowedHost);
  }
  for (
    const entry of [
      "",
      ".",
      "http://app.test",
      "https://app.test/",
      "app.test/path",
      "user@app.test",
      "app test",
      "*.app.test",
      "app.*",
      "app.test?x",
      "app.test#x",
      "192.168.0.0/16",
      "[::1",
      "1:2:3",
      "app.test:http",
    ]
  ) {
    assertThrows(
      () => assertAllowedHost(entry),
      SyntaxError,
      `Cannot allow host "${entry}": expected`,
    );
  }
});

Deno.test("defaultAllowedHosts() is what is bound, unless all interfaces are", () => {
  const of = (...hosts: string[]) =>
    defaultAllowedHosts(hosts.map(parseBindAddress));
  const names = ["localhost", ".localhost"];
  assertEquals(of("localhost"), [...names, "localhost", "<ip>"]);
  assertEquals(of("127.0.0.1:80"), [...names, "127.0.0.1", "<ip>"]);
  assertEquals(of("127.9.9.9"), [...names, "127.9.9.9", "<ip>"]);
  assertEquals(of("[::1]:80"), [...names, "::1", "<ip>"]);
  assertEquals(of("192.168.1.5"), [...names, "192.168.1.5"]);
  assertEquals(of("dev.test", "10.0.0.1"), [...names, "dev.test", "10.0.0.1"]);
  assertEquals(of("unix:///s"), names);
  for (const all of ["0.0.0.0", "::", "[::]:80", "0:0:0:0:0:0:0:0"]) {
    assertEquals(of(all), undefined);
    assertEquals(of("localhost", all), undefined);
  }
});

/** Serves and returns what is needed to ask for a host. */
function serve(options: ServerOptions = {}, hostname = "127.0.0.1") {
  const recorder = new LogRecorder();
  const server = makeServer(hostname, 0, ({ url }) => new Response(url), {
    log: recorder.log,
    ...options,
  });
  const port = server.port!;
  return {
    port,
    recorder,
    ask: (host: string | undefined, target = "/", version = "1.1") =>
      rawRequest(
        port,
        `GET ${target} HTTP/${version}\r\n${
          host === undefined ? "" : `Host: ${host}\r\n`
        }Connection: close\r\n\r\n`,
      ),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

Deno.test("makeServer() serves the hosts of this machine on a loopback", async () => {
  await using served = serve();
  for (
    const host of [
      "localhost",
      `localhost:${served.port}`,
      "LOCALHOST",
      "app.localhost",
      "127.0.0.1",
      "[::1]:1",
      "10.1.2.3",
    ]
  ) {
    assertEquals((await served.ask(host)).status, 200, host);
  }
  assertEquals(served.recorder.messages, []);
});

Deno.test("makeServer() answers 421 to a foreign host and says how to allow it", async () => {
  await using served = serve();
  // A page of evil.test, whose name its owner has resolve to 127.0.0.1.
  const response = await served.ask(`evil.test:${served.port}`, "/secret");
  assertEquals(response.status, 421);
  assertEquals(
    response.body,
    'Misdirected Request: the host "evil.test" is not served here\n',
  );
  assertEquals(served.recorder.texts("warn"), [
    'Refused a request for host "evil.test": to allow it, pass allowedHosts: ["evil.test"]',
  ]);
  assertEquals(served.recorder.access.map(({ status }) => status), [421]);
  // What is allowed by one request is not by another, and the reverse.
  assertEquals((await served.ask("localhost")).status, 200);
  assertEquals((await served.ask("evil.test")).status, 421);
});

Deno.test("makeServer() answers 400 to a missing, empty or malformed host", async () => {
  await using served = serve();
  for (
    const host of [
      undefined,
      "",
      " ",
      "evil@localhost",
      "a:b@localhost",
      "localhost:80:80",
      "localhost?x",
      "localhost#x",
      "b\xc3\xbccher.test",
      "local\\host",
      "a,b",
    ]
  ) {
    assertEquals((await served.ask(host)).status, 400, host);
  }
  const [missing, ...others] = served.recorder.texts("warn");
  assertStringIncludes(missing!, "without Host header");
  for (const text of others) assertMatch(text, /without Host|malformed host/);
});

Deno.test("makeServer() answers 400 to a missing host after it served others", async () => {
  for (const hostname of ["127.0.0.1", "::1", "0.0.0.0"]) {
    await using served = serve({
      allowedHosts: ["localhost", "127.0.0.1"],
    }, hostname === "::1" ? "localhost" : hostname);
    for (const host of ["127.0.0.1", "localhost", `localhost:${served.port}`]) {
      assertEquals((await served.ask(host)).status, 200);
      assertEquals((await served.ask(undefined)).status, 400);
    }
  }
});

Deno.test("makeServer() escapes the host that it refuses", async () => {
  await using served = serve();
  const response = await served.ask("\xc2\x9b2Jevil");
  assertEquals(response.status, 400);
  assertEquals(served.recorder.texts("warn"), [
    'Refused a request with the malformed host "\\x9b2Jevil"',
  ]);
});

Deno.test("makeServer() looks at the host of an absolute target", async () => {
  await using served = serve();
  const cases: [target: string, host: string, status: number][] = [
    ["http://localhost/x", "localhost", 200],
    ["http://127.0.0.1:80/x", "localhost", 200],
    // RFC 9112 section 3.2.2: the target counts, the header is ignored.
    ["http://localhost/x", "evil.test", 200],
    ["http://evil.test/x", "localhost", 421],
    ["http://localhost@evil.test/x", "localhost", 400],
    ["http://evil.test/localhost", "localhost", 421],
    ["//evil.test/x", "localhost", 200],
    ["/http://evil.test/", "localhost", 200],
  ];
  for (const [target, host, status] of cases) {
    const response = await served.ask(host, target);
    assertEquals(response.status, status, target);
    if (status === 200) {
      assert(!new URL(response.body).host.includes("evil"), response.body);
    }
  }
});

Deno.test("makeServer() takes two Host headers for an attack", async () => {
  await using served = serve({ allowedHosts: ["localhost", "app.test"] });
  const text = await rawExchange(
    served.port,
    "GET / HTTP/1.1\r\nHost: localhost\r\nHost: app.test\r\n\r\n",
  );
  assertMatch(text, /^HTTP\/1\.1 400 /);
});

Deno.test("makeServer() serves the hosts in allowedHosts alone", async () => {
  await using served = serve({
    allowedHosts: [".app.test", "bücher.test", "::1"],
  });
  for (
    const host of ["app.test", "a.app.test:1", "xn--bcher-kva.test", "[::1]"]
  ) {
    assertEquals((await served.ask(host)).status, 200, host);
  }
  for (const host of ["localhost", "127.0.0.1", "evil.test"]) {
    assertEquals((await served.ask(host)).status, 421, host);
  }
});

Deno.test('makeServer() serves any host with allowedHosts: ["*"]', async () => {
  await using served = serve({ allowedHosts: ["*"] });
  assertEquals((await served.ask("evil.test")).status, 200);
  assertEquals((await served.ask(undefined)).status, 400);
});

Deno.test("makeServer() serves any host on all interfaces", async () => {
  await using served = serve({}, "0.0.0.0");
  for (const host of ["evil.test", "localhost", "[::1]"]) {
    assertEquals((await served.ask(host)).status, 200, host);
  }
  await using restricted = serve({ allowedHosts: ["app.test"] }, "0.0.0.0");
  assertEquals((await restricted.ask("evil.test")).status, 421);
  assertEquals((await restricted.ask("app.test")).status, 200);
});

const curl = tool("curl");

Deno.test(
  "makeServer() checks the host of HTTP/2",
  { ignore: curl.ignore },
  async () => {
    await using served = serve();
    const cases: [host: string, status: string][] = [
      ["localhost", "200"],
      ["127.0.0.1", "200"],
      ["evil.test", "421"],
      ["app.localhost", "200"],
    ];
    for (const [host, status] of cases) {
      await using child = startProcess([
        curl.path,
        "--silent",
        "--http2-prior-knowledge",
        "--noproxy",
        "*",
        "--resolve",
        `${host}:${served.port}:127.0.0.1`,
        "--write-out",
        " %{http_code} %{http_version}",
        `http://${host}:${served.port}/`,
      ]);
      await child.finished();
      assertMatch(child.stdout, new RegExp(` ${status} 2$`), host);
    }
  },
);
