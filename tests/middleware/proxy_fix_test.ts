import { assertEquals, assertThrows } from "@std/assert";
import {
  type ForwardedInfo,
  proxyFix,
  type ProxyFixInfo,
  type ProxyFixOptions,
} from "../../middleware/proxy_fix/proxy_fix.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { rawRequest } from "../_raw_http.ts";
import { addressText, fix, type FixRequest } from "./_fix.ts";

function urlOf(
  options: ProxyFixOptions,
  url: string,
  headers: FixRequest["headers"] & object,
): string {
  return fix(options, { url, headers }).url;
}

Deno.test("proxyFix() counts each header from the right on its own", () => {
  const headers = {
    "X-Forwarded-For": "1.1.1.1, 2.2.2.2, 3.3.3.3",
    "X-Forwarded-Proto": "https, http",
    "X-Forwarded-Host": "a.test, b.test",
    "X-Forwarded-Port": "81, 82",
    "X-Forwarded-Prefix": "/a, /b",
  };
  const options = { xFor: 3, xProto: 2, xHost: 1, xPort: 2, xPrefix: 1 };
  const fixed = fix(options, { headers });
  assertEquals(fixed.client, "1.1.1.1:0");
  assertEquals(fixed.url, "https://b.test:81/");
  assertEquals(fixed.scriptName, "/b");
  // Where there are fewer, there is none, and not the first one instead.
  const { client, url, scriptName } = fix(
    { xFor: 4, xProto: 3, xHost: 3, xPort: 3, xPrefix: 3 },
    { headers },
  );
  assertEquals([client, url], ["192.168.0.1:123", "http://spam/"]);
  assertEquals(scriptName, undefined);
});

Deno.test("proxyFix() believes the last address and scheme by default", () => {
  const { client, url, scriptName } = fix({}, {
    headers: {
      "X-Forwarded-For": "1.1.1.1, 2.2.2.2",
      "X-Forwarded-Proto": "http, https",
      "X-Forwarded-Host": "a.test",
      "X-Forwarded-Port": "81",
      "X-Forwarded-Prefix": "/a",
      "Forwarded": "for=3.3.3.3",
    },
  });
  assertEquals([client, url], ["2.2.2.2:0", "https://spam/"]);
  assertEquals(scriptName, undefined);
});

Deno.test("proxyFix() reads an address in any form", () => {
  const cases: [value: string, client: string, logged: string][] = [
    ["203.0.113.7", "203.0.113.7:0", "203.0.113.7"],
    ["203.0.113.7:4711", "203.0.113.7:4711", "203.0.113.7"],
    ["2001:db8::1", "[2001:db8::1]:0", "2001:db8::1"],
    ["[2001:db8::1]", "[2001:db8::1]:0", "2001:db8::1"],
    ["[2001:db8::1]:4711", "[2001:db8::1]:4711", "2001:db8::1"],
    ['"[2001:db8::1]:4711"', "[2001:db8::1]:4711", "2001:db8::1"],
    ["2001:DB8:0:0::0001", "[2001:db8::1]:0", "2001:db8::1"],
    ["::", "[::]:0", "::"],
    ["1:2:3:4:5:6:7:8", "[1:2:3:4:5:6:7:8]:0", "1:2:3:4:5:6:7:8"],
    ["::ffff:203.0.113.7", "203.0.113.7:0", "203.0.113.7"],
    ["[::ffff:cb00:7107]:80", "203.0.113.7:80", "203.0.113.7"],
    ["203.0.113.7:_port", "203.0.113.7:0", "203.0.113.7"],
    // No addresses: who has sent it stays, and the log has the text.
    ["unknown", "192.168.0.1:123", "unknown"],
    ["_hidden", "192.168.0.1:123", "_hidden"],
    ["_SEVKISEK:_port", "192.168.0.1:123", "_SEVKISEK:_port"],
    ["router.test", "192.168.0.1:123", "router.test"],
    ["010.0.0.1", "192.168.0.1:123", "010.0.0.1"],
    ["1.2.3", "192.168.0.1:123", "1.2.3"],
  ];
  for (const [value, client, logged] of cases) {
    const fixed = fix({}, { headers: { "X-Forwarded-For": value } });
    assertEquals([fixed.client, fixed.logged], [client, logged], value);
    assertEquals(fixed.forwarded.for, value.replaceAll('"', ""));
  }
});

Deno.test("proxyFix() gives the URL another scheme, host and port", () => {
  const all = { xHost: 1, xPort: 1 };
  const proto = "X-Forwarded-Proto";
  const host = "X-Forwarded-Host";
  const port = "X-Forwarded-Port";
  const cases: [url: string, Record<string, string>, expected: string][] = [
    ["http://spam/a?b", { [proto]: "https" }, "https://spam/a?b"],
    ["http://spam/a?b", { [proto]: "HTTPS" }, "https://spam/a?b"],
    ["http://spam/a?b", { [proto]: "wss" }, "https://spam/a?b"],
    ["https://spam/a?b", { [proto]: "ws" }, "http://spam/a?b"],
    ["http://spam:8000/", { [proto]: "https" }, "https://spam:8000/"],
    ["http://spam:443/", { [proto]: "https" }, "https://spam/"],
    ["https://spam:80/", { [proto]: "http" }, "http://spam/"],
    ["http://spam/", { [host]: "Eggs" }, "http://eggs/"],
    // The port of the server is not that of another host.
    ["http://spam:8000/", { [host]: "eggs" }, "http://eggs/"],
    ["http://spam:8000/", { [host]: "eggs:9000" }, "http://eggs:9000/"],
    ["http://spam:8000/", { [host]: "eggs:80" }, "http://eggs/"],
    ["http://spam:8000/", { [host]: "eggs:" }, "http://eggs/"],
    ["http://spam:8000/", { [host]: "eggs." }, "http://eggs./"],
    ["http://spam:8000/", { [host]: "my_app" }, "http://my_app/"],
    ["http://spam:8000/", { [host]: "1.2.3.4:81" }, "http://1.2.3.4:81/"],
    ["http://spam:8000/", { [host]: "[::1]" }, "http://[::1]/"],
    ["http://spam:8000/", { [host]: "[::1]:81" }, "http://[::1]:81/"],
    // Werkzeug takes the last part for a port.
    ["http://spam:8000/", { [host]: "::1" }, "http://[::1]/"],
    ["http://spam/", { [host]: "2001:DB8::A:80" }, "http://[2001:db8::a:80]/"],
    ["http://spam/", { [port]: "8080" }, "http://spam:8080/"],
    ["http://spam:8000/", { [port]: "8080" }, "http://spam:8080/"],
    ["http://spam:8000/", { [port]: "80" }, "http://spam/"],
    ["http://spam:8000/", { [port]: "00080" }, "http://spam/"],
    ["http://[::1]/", { [port]: "8080" }, "http://[::1]:8080/"],
    ["http://[::1]:8000/", { [port]: "8080" }, "http://[::1]:8080/"],
    ["http://spam/", { [host]: "eggs", [port]: "81" }, "http://eggs:81/"],
    ["http://spam/", { [host]: "eggs:80", [port]: "81" }, "http://eggs:81/"],
    ["http://spam/", { [host]: "[::1]:80", [port]: "81" }, "http://[::1]:81/"],
    ["http://spam/", { [host]: "::1", [port]: "81" }, "http://[::1]:81/"],
    [
      "http://spam:8000/",
      { [proto]: "https", [host]: "eggs", [port]: "443" },
      "https://eggs/",
    ],
    [
      "http://spam:8000/",
      { [proto]: "https", [host]: "eggs", [port]: "80" },
      "https://eggs:80/",
    ],
    // What follows stays to the letter.
    [
      "http://spam//a%2f%zz/?b=%20'#",
      { [host]: "eggs" },
      "http://eggs//a%2f%zz/?b=%20%27#",
    ],
  ];
  for (const [url, headers, expected] of cases) {
    assertEquals(urlOf(all, url, headers), expected, JSON.stringify(headers));
  }
});

Deno.test("proxyFix() replaces the script name and leaves the path", () => {
  const cases: [value: string, expected: string][] = [
    ["/ham", "/ham"],
    ["ham", "/ham"],
    ["/ham/", "/ham"],
    ["/ham//", "/ham"],
    ["/ham/eggs", "/ham/eggs"],
    ["/ham//eggs", "/ham//eggs"],
    ["/~user/a.b-c_d", "/~user/a.b-c_d"],
    ["/h%C3%A4m", "/h%C3%A4m"],
    ['"/a,b"', "/a,b"],
    ["/a...", "/a..."],
    ["/", ""],
  ];
  for (const [value, expected] of cases) {
    const { scriptName, url, forwarded } = fix({ xPrefix: 1 }, {
      url: "http://spam/ham/path",
      headers: { "X-Forwarded-Prefix": value },
      scriptName: "/before",
    });
    assertEquals(scriptName, expected, value);
    assertEquals(forwarded.prefix, expected);
    assertEquals(forwarded.original.scriptName, "/before");
    assertEquals(url, "http://spam/ham/path");
  }
  assertEquals(fix({ xPrefix: 1 }, { scriptName: "/a" }).scriptName, "/a");
});

Deno.test("proxyFix() tells what was believed and what there was before", () => {
  const { forwarded } = fix({ xHost: 1, xPort: 1, xPrefix: 1 }, {
    url: "http://spam:8000/path",
    headers: {
      "X-Forwarded-For": "203.0.113.7:4711",
      "X-Forwarded-Proto": "https",
      "X-Forwarded-Host": "Eggs:80",
      "X-Forwarded-Port": "8443",
      "X-Forwarded-Prefix": "/ham/",
    },
  });
  const original: ForwardedInfo["original"] = {
    remoteAddr: { transport: "tcp", hostname: "192.168.0.1", port: 123 },
    url: "http://spam:8000/path",
    scriptName: "",
  };
  assertEquals(forwarded, {
    original,
    for: "203.0.113.7:4711",
    proto: "https",
    host: "eggs:80",
    port: 8443,
    prefix: "/ham",
  });
  const nothing = fix({}, { url: original.url });
  assertEquals(nothing.forwarded, { original });
  assertEquals(nothing.logged, undefined);
  const { forwarded: standard } = fix({ forwarded: 1 }, {
    headers: { Forwarded: 'for=_hidden;by="[2001:db8::1]:80";host="eggs:81"' },
  });
  assertEquals([standard.for, standard.by, standard.host], [
    "_hidden",
    "[2001:db8::1]:80",
    "eggs:81",
  ]);
});

Deno.test("proxyFix() prefers Forwarded to what X-Forwarded says of the same", () => {
  const headers = {
    "X-Forwarded-For": "1.1.1.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "eggs",
    "X-Forwarded-Port": "81",
    "X-Forwarded-Prefix": "/ham",
  };
  const options = { xHost: 1, xPort: 1, xPrefix: 1, forwarded: 1 };
  const without = fix(options, { headers });
  assertEquals([without.client, without.url, without.scriptName], [
    "1.1.1.1:0",
    "https://eggs:81/",
    "/ham",
  ]);
  // Nothing but the prefix, which it cannot say.
  const only = fix(options, {
    headers: { ...headers, Forwarded: "for=2.2.2.2" },
  });
  assertEquals([only.client, only.url, only.scriptName], [
    "2.2.2.2:0",
    "http://spam/",
    "/ham",
  ]);
});

Deno.test("proxyFix() counts the elements of Forwarded from the right", () => {
  const headers = {
    Forwarded: "for=1.1.1.1;proto=https;host=a.test, for=2.2.2.2;host=b.test",
  };
  const cases: [number, client: string, url: string][] = [
    [1, "2.2.2.2:0", "http://b.test/"],
    [2, "1.1.1.1:0", "https://a.test/"],
    [3, "192.168.0.1:123", "http://spam/"],
  ];
  for (const [forwarded, client, url] of cases) {
    const fixed = fix({ forwarded }, { headers });
    assertEquals([fixed.client, fixed.url], [client, url]);
  }
});

Deno.test("proxyFix() follows trusted proxies from the right, up to the number", () => {
  const headers = {
    "X-Forwarded-For": "1.1.1.1, 2.2.2.2, 10.0.0.3, 10.0.0.2",
    "X-Forwarded-Proto": "http, https, https, https",
    "X-Forwarded-Host": "a.test, b.test, c.test, d.test",
  };
  const cases: [depth: number, client: string, url: string][] = [
    [1, "10.0.0.2:0", "https://d.test/"],
    [2, "10.0.0.3:0", "https://c.test/"],
    [3, "2.2.2.2:0", "https://b.test/"],
    [4, "2.2.2.2:0", "https://b.test/"],
    [Infinity, "2.2.2.2:0", "https://b.test/"],
  ];
  for (const [depth, client, url] of cases) {
    const options = { xFor: depth, xProto: depth, xHost: depth };
    const fixed = fix({ ...options, trusted: ["10.0.0.0/8"] }, {
      peer: "10.0.0.1",
      headers,
    });
    assertEquals([fixed.client, fixed.url], [client, url], `${depth}`);
  }
  const standard = fix({ forwarded: Infinity, trusted: ["private"] }, {
    headers: {
      Forwarded:
        'for=1.1.1.1;host=a.test, for=2.2.2.2;host=b.test, for="[fd00::1]:80";host=c.test',
    },
  });
  assertEquals(standard.client, "2.2.2.2:0");
  assertEquals(standard.url, "http://b.test/");
});

Deno.test("proxyFix() takes the leftmost value when all are of trusted proxies", () => {
  const { client, url } = fix(
    { xFor: 5, xProto: 5, trusted: ["private"] },
    {
      headers: {
        "X-Forwarded-For": "10.0.0.3, 10.0.0.2",
        "X-Forwarded-Proto": "https",
      },
    },
  );
  assertEquals([client, url], ["10.0.0.3:0", "https://spam/"]);
});

Deno.test("proxyFix() stops at what is no address", () => {
  for (const text of ["unknown", "_hidden", "10.0.0.1.evil", "<>", '""']) {
    const { client } = fix({ xFor: Infinity, trusted: ["private"] }, {
      headers: { "X-Forwarded-For": `10.0.0.3, ${text}, 10.0.0.2` },
    });
    assertEquals(client, "192.168.0.1:123", text);
  }
});

Deno.test("proxyFix() believes only last values where it counts no addresses", () => {
  const { url, client } = fix(
    { xFor: 0, xHost: 2, trusted: ["private"] },
    {
      headers: {
        "X-Forwarded-For": "10.0.0.3, 10.0.0.2",
        "X-Forwarded-Host": "a.test, b.test",
      },
    },
  );
  assertEquals([url, client], ["http://b.test/", "192.168.0.1:123"]);
});

Deno.test("proxyFix() trusts addresses, ranges and names", () => {
  const cases: [entry: string, peers: string[], others: string[]][] = [
    ["10.0.0.1", ["10.0.0.1", "::ffff:10.0.0.1"], ["10.0.0.2", "::a00:1"]],
    ["10.1.2.3/8", ["10.0.0.0", "10.255.255.255"], ["11.0.0.0", "9.9.9.9"]],
    ["10.0.0.0/31", ["10.0.0.0", "10.0.0.1"], ["10.0.0.2"]],
    ["10.0.0.0/32", ["10.0.0.0"], ["10.0.0.1"]],
    ["0.0.0.0/0", ["1.2.3.4", "::ffff:1.2.3.4"], ["::1", "unix"]],
    ["::/0", ["1.2.3.4", "::1"], ["unix"]],
    ["2001:db8::/32", ["2001:db8:ffff::"], ["2001:db9::", "32.1.13.184"]],
    ["2001:DB8::1", ["2001:db8::1"], ["2001:db8::2"]],
    ["::ffff:10.0.0.0/104", ["10.9.9.9"], ["11.0.0.0"]],
    [
      "loopback",
      ["127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"],
      ["128.0.0.1", "::2", "::", "0.0.0.0", "10.0.0.1", "unix"],
    ],
    [
      "private",
      ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.9.9", "fd12::1"],
      ["127.0.0.1", "172.32.0.0", "192.169.0.0", "fe80::1", "unix"],
    ],
    ["unix", ["unix"], ["127.0.0.1", "::1"]],
  ];
  const headers = { "X-Forwarded-For": "203.0.113.7" };
  for (const [entry, peers, others] of cases) {
    for (const peer of [...peers, ...others]) {
      const { client } = fix({ trusted: ["198.51.100.1", entry] }, {
        peer,
        headers,
      });
      const isTrusted = client === "203.0.113.7:0";
      assertEquals(isTrusted, peers.includes(peer), `${peer} in ${entry}`);
    }
  }
  const nobody = fix({ trusted: [] }, { headers });
  assertEquals(nobody.client, "192.168.0.1:123");
});

Deno.test("proxyFix() throws when an option has the wrong type", () => {
  const app = () => new Response();
  const cases: [options: object, message: string][] = [
    [{ xFor: "1" }, 'xFor must be a number: current value is "1"'],
    [{ xPrefix: null }, "xPrefix must be a number: current value is null"],
    [{ forwarded: true }, "forwarded must be a number: current value is true"],
    [{ trusted: "loopback" }, "trusted must be an array of addresses"],
    [{ trusted: [1] }, "trusted must be an array of addresses"],
  ];
  for (const [options, message] of cases) {
    assertThrows(() => proxyFix(app, options), TypeError, message);
  }
  assertThrows(
    () => proxyFix({ fetch: app } as never),
    TypeError,
    "Cannot fix requests as app must be a function",
  );
});

Deno.test("proxyFix() throws when a number is out of range", () => {
  const app = () => new Response();
  for (const depth of [-1, 0.5, NaN, -Infinity, 2 ** 53]) {
    assertThrows(
      () => proxyFix(app, { xHost: depth, trusted: ["loopback"] }),
      RangeError,
      `Cannot fix requests as xHost must be a whole number from 0 on: current value is ${depth}`,
    );
  }
  assertThrows(
    () => proxyFix(app, { xFor: Infinity }),
    RangeError,
    'from 0 on unless "trusted" is given: current value is Infinity',
  );
});

Deno.test("proxyFix() throws when a trusted entry is no address or range", () => {
  const app = () => new Response();
  const entries = ["", "localhost", "*", "10.0.0", "10.0.0.0/", "10.0.0.0/x"]
    .concat(["10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/255.0.0.0", "/8"])
    .concat(["010.0.0.1", "10.0.300.1", "[::1]", "::1%lo", "Loopback", " ::1"]);
  for (const entry of entries) {
    assertThrows(
      () => proxyFix(app, { trusted: ["::1", entry] }),
      SyntaxError,
      `Cannot trust "${entry}": expected an IP address, a range such as "10.0.0.0/8", "loopback", "private" or "unix"`,
    );
  }
  for (const [entry, size] of [["10.0.0.0/33", 32], ["::/129", 128]] as const) {
    assertThrows(
      () => proxyFix(app, { trusted: [entry] }),
      RangeError,
      `Cannot trust "${entry}" as the prefix length must be from 0 to ${size}`,
    );
  }
});

/** Answers with what it was told. */
function tell(request: Request, info: ServeInfo & ProxyFixInfo): Response {
  return Response.json([
    request.url,
    addressText(info.remoteAddr),
    info.scriptName ?? null,
    addressText(info.forwarded.original.remoteAddr).replace(/\d+$/, ""),
  ]);
}

Deno.test("proxyFix() works on Deno.serve, with lists over several lines", async () => {
  const options = { xFor: 2, xHost: 1, xPrefix: 1, trusted: ["loopback"] };
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
  }, proxyFix(tell, options));
  const { body } = await rawRequest(
    server.addr.port,
    "GET /path?query HTTP/1.1\r\nHost: localhost\r\n" +
      "X-Forwarded-For: 203.0.113.7\r\nx-forwarded-for: \t 127.0.0.2 ,\r\n" +
      "X-FORWARDED-FOR: ,\r\nX-Forwarded-Proto: https\r\n" +
      "X-Forwarded-Host: eggs:8443\r\nX-Forwarded-Prefix: /ham\r\n" +
      "Connection: close\r\n\r\n",
  );
  assertEquals(JSON.parse(body), [
    "https://eggs:8443/path?query",
    "203.0.113.7:0",
    "/ham",
    "127.0.0.1:",
  ]);
});

Deno.test("proxyFix() keeps bodies and methods, and `completed`", async () => {
  const done = Promise.withResolvers<void>();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    proxyFix(async (request, info) => {
      info.completed.then(done.resolve, done.reject);
      const text = await request.text();
      return new Response(`${request.method} ${request.url} ${text}`);
    }),
  );
  const response = await fetch(`http://127.0.0.1:${server.addr.port}/`, {
    method: "PUT",
    body: "body",
    headers: { "X-Forwarded-Proto": "https" },
  });
  const { port } = server.addr;
  assertEquals(await response.text(), `PUT https://127.0.0.1:${port}/ body`);
  await done.promise;
});

Deno.test("proxyFix() leaves URLs alone that have no proper host", async () => {
  await using server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen() {},
  }, proxyFix((request) => new Response(request.url)));
  const { body } = await rawRequest(
    server.addr.port,
    "GET /path HTTP/1.1\r\nHost: a b\r\nX-Forwarded-Proto: https\r\n" +
      "Connection: close\r\n\r\n",
  );
  assertEquals(body, "http://a b/path");
});

Deno.test({
  name: "proxyFix() gives requests over a Unix socket an address",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/app.sock`;
    const options = { xHost: 1, xProto: 0, trusted: ["unix"] };
    const server = Deno.serve({ path, onListen() {} }, proxyFix(tell, options));
    const request = (lines: string) =>
      rawRequest(
        { path },
        `GET / HTTP/1.1\r\n${lines}Connection: close\r\n\r\n`,
      );
    const { body } = await request(
      "Host: localhost\r\nX-Forwarded-For: 203.0.113.7\r\n" +
        "X-Forwarded-Host: eggs\r\n",
    );
    const told = ["http://eggs/", "203.0.113.7:0", null, "unix"];
    assertEquals(JSON.parse(body), told);
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("proxyFix() keeps the request of a WebSocket upgradable", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    proxyFix((request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onopen = () => {
        socket.send(request.url);
        socket.close();
      };
      return response;
    }),
  );
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  const socket = new WebSocket(url, {
    headers: { "X-Forwarded-Proto": "wss" },
  });
  const message = Promise.withResolvers<unknown>();
  const closed = Promise.withResolvers<unknown>();
  socket.onmessage = ({ data }) => message.resolve(data);
  socket.onclose = closed.resolve;
  assertEquals(
    await message.promise,
    `https://127.0.0.1:${server.addr.port}/`,
  );
  await closed.promise;
});

Deno.test("proxyFix() nests with handlers that tell more or ask for less", async () => {
  interface User {
    readonly user: string;
  }
  function withUser(app: Handler<ServeInfo & User>): Handler {
    return (request, info) => app(request, Object.assign(info, { user: "x" }));
  }
  const handler: Handler = withUser(
    proxyFix<ServeInfo & User>((_request, { user, forwarded }) =>
      new Response(`${user} ${forwarded.for}`)
    ),
  );
  const headers = { "X-Forwarded-For": "203.0.113.7" };
  const request = new Request("http://spam/", { headers });
  const remoteAddr = { transport: "tcp", hostname: "::1", port: 1 } as const;
  const info = { remoteAddr, completed: Promise.resolve() };
  const response = await handler(request, info);
  assertEquals(await response.text(), "x 203.0.113.7");

  // As the `fetch` of Hono is declared.
  const hono: {
    fetch(request: Request, env?: unknown, context?: object): Response;
  } = { fetch: () => new Response("hono") };
  const other = await proxyFix(hono.fetch)(request, info);
  assertEquals(await other.text(), "hono");
});
