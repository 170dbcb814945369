// What a page, a program or a user of somebody else can try on the console.
import {
  assert,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  fieldValues,
  rawExchange,
  rawRequest,
  type RawResponse,
} from "../../_raw_http.ts";
import {
  type CommandChanges,
  openConsole,
  PIN,
  sendCommand,
  serveDebugged,
  unlock,
} from "./_debugged.ts";
import { readFakePage, SECRET } from "./_fake_parts.ts";

/** The global that the attackers want to set. */
const PWNED = "__devservePwned";

function isPwned(): boolean {
  return Reflect.has(globalThis, PWNED);
}

/** Sends a command that would leave a trace if it was run. */
async function attack(
  changes: CommandChanges,
  hasCookie = true,
): Promise<RawResponse> {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const response = await sendCommand(console, {
    body: { report: console.id, frame: 0, code: `globalThis.${PWNED} = 1` },
    ...changes,
    headers: { ...hasCookie && { cookie }, ...changes.headers },
  });
  assertEquals(isPwned(), false, JSON.stringify(changes));
  assertNoCors(response);
  return response;
}

function assertNoCors({ fields }: RawResponse): void {
  const names = fields.map(([name]) => name);
  assert(!names.some((name) => name.startsWith("access-control-")), `${names}`);
}

Deno.test("consoleHandler() runs code for its own page with the PIN", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const response = await sendCommand(console, { headers: { cookie } });
  assertEquals(response.status, 200);
  assertEquals(JSON.parse(response.body).value.text, "2");
});

Deno.test("consoleHandler() refuses foreign hosts", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const hosts = [
    "evil.test",
    `evil.test:${console.port}`,
    "127.0.0.1",
    `127.0.0.1:${console.port + 1}`,
    `127.0.0.1:${server.port}`,
    `127.0.0.1:0${console.port}`,
    `localhost:${console.port}`,
    `127.0.0.1.evil.test:${console.port}`,
    `user@127.0.0.1:${console.port}`,
    `127.0.0.1:${console.port}/x`,
    "",
    null,
  ];
  for (const host of hosts) {
    const command = await sendCommand(console, { headers: { host, cookie } });
    assert([400, 403].includes(command.status), `${host}: ${command.status}`);
    const page = await sendCommand(console, {
      method: "GET",
      path: `${console.base}/${console.id}`,
      body: "",
      headers: { host, cookie, origin: null, "sec-fetch-site": "none" },
    });
    assert([400, 403].includes(page.status), `${host}: ${page.status}`);
    assert(!page.body.includes(console.token), `${host}`);
    assert(!page.body.includes("boom"), `${host}`);
  }
});

Deno.test("consoleHandler() refuses a foreign host in the request target", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const { port, base, id } = console;
  const response = await rawRequest(
    port,
    `GET http://evil.test:${port}${base}/${id} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
  );
  assertEquals(response.status, 403);
  assertEquals(response.body, "Forbidden\n");
});

Deno.test("consoleHandler() refuses commands of foreign origins", async () => {
  const origins = [
    "http://evil.test",
    "null",
    "",
    null,
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "https://127.0.0.1",
    "http://localhost",
  ];
  for (const origin of origins) {
    const { status } = await attack({ headers: { origin } });
    assertEquals(status, 403, `${origin}`);
  }
});

Deno.test("consoleHandler() refuses commands of the app's own origin", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const { status } = await sendCommand(console, {
    headers: {
      cookie,
      origin: `http://127.0.0.1:${server.port}`,
      "sec-fetch-site": null,
    },
  });
  assertEquals(status, 403);
});

Deno.test("consoleHandler() refuses commands that browsers call foreign", async () => {
  for (const site of ["cross-site", "same-site", "none", ""]) {
    const { status } = await attack({ headers: { "sec-fetch-site": site } });
    assertEquals(status, 403, site);
  }
});

Deno.test("consoleHandler() refuses commands without the right token", async () => {
  const tokens = [null, "", "0".repeat(64), "undefined", "__proto__"];
  for (const token of tokens) {
    const response = await attack({ headers: { "x-devserve-token": token } });
    assertEquals(response.status, 403, `${token}`);
    assertStringIncludes(response.body, "started anew");
  }
});

Deno.test("consoleHandler() takes no other method for commands", async () => {
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
    const response = await attack({ method });
    assertEquals(response.status, 405, method);
    assertEquals(fieldValues(response, "allow"), ["POST"], method);
    if (method === "HEAD") assertEquals(response.body, "");
  }
});

Deno.test("consoleHandler() runs nothing that is in the query", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const { base, id, token } = console;
  const cookie = await unlock(console);
  const { status } = await sendCommand(console, {
    method: "GET",
    path:
      `${base}/eval?report=${id}&frame=0&token=${token}&code=globalThis.${PWNED}=1`,
    headers: { cookie },
  });
  assertEquals(status, 405);
  assertEquals(isPwned(), false);
});

Deno.test("consoleHandler() never allows what a preflight asks for", async () => {
  const response = await attack({
    method: "OPTIONS",
    body: "",
    headers: {
      origin: "http://evil.test",
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type,x-devserve-token",
      "access-control-request-private-network": "true",
    },
  });
  assertEquals(response.status, 405);
});

Deno.test("consoleHandler() refuses what a form can send", async () => {
  const types = [
    null,
    "",
    "text/plain",
    "text/plain; x=application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain;application/json",
    "application/json, text/plain",
    "application/json; charset=utf-16",
    "application/jsonx",
  ];
  for (const type of types) {
    const { status } = await attack({ headers: { "content-type": type } });
    assertEquals(status, 415, `${type}`);
  }
});

Deno.test("consoleHandler() refuses large bodies, announced or not", async () => {
  const announced = await attack({
    body: "",
    headers: { "content-length": "1048577" },
  });
  assertEquals(announced.status, 413);

  const chunk = "x".repeat(100_000);
  const chunked = await attack({
    body: `${chunk.length.toString(16)}\r\n${chunk}\r\n`.repeat(11) +
      "0\r\n\r\n",
    headers: { "content-length": null, "transfer-encoding": "chunked" },
  });
  assertEquals(chunked.status, 413);
});

Deno.test("consoleHandler() refuses bodies that are no command", async () => {
  const bodies = [
    "",
    "{",
    "[]",
    "null",
    "1",
    '"eval"',
    "{}",
    '{"report":1,"frame":0,"code":"1"}',
    '{"report":"x","frame":"0","code":"1"}',
    '{"report":"x","frame":-1,"code":"1"}',
    '{"report":"x","frame":0.5,"code":"1"}',
    '{"report":"x","frame":1e99,"code":"1"}',
    '{"report":"x","frame":0,"code":{}}',
    '{"report":"x","frame":0,"code":["1"]}',
    '{"report":"\xff","frame":0,"code":"1"}',
  ];
  for (const body of bodies) {
    const { status } = await attack({ body });
    assertEquals(status, 400, body);
  }
});

Deno.test("consoleHandler() takes names of prototypes for nothing else", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const code = `globalThis.${PWNED} = 1`;
  const bodies = [
    `{"__proto__":{"report":"${console.id}","frame":0,"code":"${code}"}}`,
    `{"constructor":{"prototype":{"code":"${code}"}},"report":"${console.id}","frame":0}`,
    `{"report":"__proto__","frame":0,"code":"${code}"}`,
    `{"report":"constructor","frame":0,"code":"${code}"}`,
    `{"report":"${console.id}","frame":99,"code":"${code}"}`,
  ];
  for (const body of bodies) {
    const { status } = await sendCommand(console, {
      body,
      headers: { cookie },
    });
    assert([400, 404].includes(status), body);
    assertEquals(isPwned(), false, body);
  }
  assertEquals(Reflect.has({}, "code"), false);
});

Deno.test("consoleHandler() checks what members are asked for", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const page = { report: console.id, frame: 0, start: 0, count: 10 };
  const path = `${console.base}/members`;
  const send = async (body: object) =>
    await sendCommand(console, { path, body, headers: { cookie } });
  const wrong = [
    page,
    { ...page, path: [] },
    { ...page, path: "x" },
    { ...page, path: [{}] },
    { ...page, path: [null] },
    { ...page, path: [-1] },
    { ...page, path: Array(101).fill("x") },
    { ...page, ref: "1" },
    { ...page, path: ["x"], count: 1001 },
    { ...page, path: ["x"], count: -1 },
    { ...page, path: ["x"], start: 0.5 },
  ];
  for (const body of wrong) {
    assertEquals((await send(body)).status, 400, JSON.stringify(body));
  }
  const right = await send({ ...page, ref: 7, path: ["__proto__", 2] });
  assertEquals(JSON.parse(right.body).members, [[7, "__proto__", 2], 0, 10]);
});

Deno.test("consoleHandler() checks where names are asked for", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const path = `${console.base}/complete`;
  const fields = { report: console.id, frame: 0, code: "abc" };
  const statuses = [];
  for (const cursor of [2, 3, 4, -1, "1"]) {
    const body = { ...fields, cursor };
    const response = await sendCommand(console, {
      path,
      body,
      headers: { cookie },
    });
    statuses.push(response.status);
    if (cursor === 2) assertEquals(JSON.parse(response.body).names, ["ab"]);
  }
  assertEquals(statuses, [200, 200, 400, 400, 400]);
});

Deno.test("consoleHandler() runs nothing before the PIN was given", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const commands = {
    eval: { code: `globalThis.${PWNED} = 1` },
    members: { path: ["secret"], start: 0, count: 1 },
    complete: { code: "a", cursor: 1 },
  };
  const cookies = [
    null,
    "",
    `devserve-console-${console.port}=`,
    `devserve-console-${console.port}=undefined`,
    `devserve-console-${console.port}=${PIN}`,
    `devserve-console-${console.port}=${"0".repeat(64)}`,
    `devserve-console-${console.port}=${console.token}`,
  ];
  for (const [name, fields] of Object.entries(commands)) {
    for (const cookie of cookies) {
      const { status } = await sendCommand(console, {
        path: `${console.base}/${name}`,
        body: { report: console.id, frame: 0, ...fields },
        headers: { cookie },
      });
      assertEquals(status, 401, `${name} with ${cookie}`);
    }
  }
  assertEquals(isPwned(), false);
});

Deno.test("consoleHandler() knows its cookie only by its own port", async () => {
  await using one = serveDebugged({ evalex: true });
  await using two = serveDebugged({ evalex: true });
  const consoleOfOne = await openConsole(one);
  const consoleOfTwo = await openConsole(two);
  const cookie = await unlock(consoleOfOne);
  const renamed = cookie.replace(/-\d+=/, `-${consoleOfTwo.port}=`);
  assertNotEquals(renamed, cookie);
  for (const stolen of [cookie, renamed]) {
    const { status } = await sendCommand(consoleOfTwo, {
      headers: { cookie: stolen },
    });
    assertEquals(status, 401);
  }
});

Deno.test("consoleHandler() finds its cookie among forged ones", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const cookie = await unlock(console);
  const [name] = cookie.split("=");
  const { status } = await sendCommand(console, {
    headers: { cookie: `${name}=evil; a=b; ${cookie}; ${name}=evil` },
  });
  assertEquals(status, 200);
});

Deno.test("consoleHandler() sets a cookie that no other port and script gets", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const { fields, body } = await sendCommand(console, {
    path: `${console.base}/pin`,
    body: { pin: ` ${PIN.replaceAll("-", "")} ` },
  });
  const [, cookie = ""] = fields.find(([name]) => name === "set-cookie") ?? [];
  const [pair, ...attributes] = cookie.split("; ");
  assertEquals(
    new Set(attributes),
    new Set([
      "HttpOnly",
      "SameSite=Strict",
      `Path=${console.base}/`,
      "Max-Age=28800",
    ]),
  );
  assert(/^\/[\da-f]{32}$/.test(console.base), console.base);
  const [name, value = ""] = pair!.split("=");
  assertEquals(name, `devserve-console-${console.port}`);
  assert(/^\d+\.[\da-f]{64}\.[\da-f]{64}$/.test(value), value);
  assert(!body.includes(value));
  assertNotEquals(await unlock(console), pair);
});

Deno.test("consoleHandler() has nothing to tell to who does not know its path", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const { base, id, token } = console;
  const paths = [
    "/",
    "/console",
    `/${id}`,
    `//${base}/${id}`,
    `/x/..${base}/${id}`,
    `/.${base}/${id}`,
    `${base}`,
    `${base}%2F${id}`,
    `${base.toUpperCase()}X/${id}`,
    `${base.slice(0, -1)}/${id}`,
    `/${"0".repeat(32)}/${id}`,
    `/${"0".repeat(32)}/eval`,
    "/__proto__/eval",
    "/pin",
    "/eval",
    "*",
  ];
  for (const path of paths) {
    for (const method of ["GET", "POST"]) {
      const response = await sendCommand(console, { method, path });
      assert([400, 403, 404].includes(response.status), `${method} ${path}`);
      assert(!response.body.includes(token), path);
      assert(!response.body.includes("boom"), path);
      assertNoCors(response);
    }
  }
});

Deno.test("consoleHandler() has no pages but those it has made", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const { base, id, token } = console;
  const names = [
    "",
    "x",
    crypto.randomUUID(),
    "__proto__",
    "constructor",
    `${id}/`,
    `${id}/..`,
    `../${base}/${id}`,
    `%2e%2e/${id}`,
    `./${id}`,
    `${id}%00`,
    "eval/",
    "<script>alert(1)</script>",
  ];
  for (const name of names) {
    const response = await sendCommand(console, {
      method: "GET",
      path: `${base}/${name}`,
      body: "",
    });
    assert([400, 404].includes(response.status), `${name} ${response.status}`);
    assert(!response.body.includes(token), name);
    assert(!response.body.includes("<script>"), name);
  }
});

Deno.test("consoleHandler() gives its pages only to who looks at them", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const path = `${console.base}/${console.id}`;
  for (const dest of ["empty", "iframe", "frame", "script", "object", ""]) {
    const response = await sendCommand(console, {
      method: "GET",
      path,
      body: "",
      headers: { "sec-fetch-dest": dest },
    });
    assertEquals(response.status, 403, dest);
    assert(!response.body.includes(console.token), dest);
  }
  for (const method of ["POST", "PUT", "OPTIONS", "DELETE"]) {
    const response = await sendCommand(console, { method, path, body: "" });
    assertEquals(response.status, 405, method);
    assertNoCors(response);
  }
});

Deno.test("consoleHandler() keeps secrets from who has not given the PIN", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  assert(!JSON.stringify(console.page).includes(SECRET));
  const cookie = await unlock(console);
  const url = `${console.origin}${console.base}/${console.id}`;
  const response = await fetch(url, { headers: { cookie } });
  const page = readFakePage(await response.text());
  assert(JSON.stringify(page).includes(SECRET));
});

Deno.test("consoleHandler() shields every response", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const { base, id } = console;
  const cookie = await unlock(console);
  const get = { method: "GET", body: "" };
  const responses: RawResponse[] = [
    await sendCommand(console, { headers: { cookie } }),
    await sendCommand(console),
    await sendCommand(console, { headers: { origin: "null" } }),
    await sendCommand(console, { headers: { host: "evil.test" } }),
    await sendCommand(console, { ...get, path: `${base}/${id}` }),
    await sendCommand(console, { ...get, path: `${base}/console` }),
    await sendCommand(console, { ...get, path: `${base}/unknown` }),
    await sendCommand(console, { ...get, path: "/" }),
    await sendCommand(console, { body: "{" }),
  ];
  for (const response of responses) {
    const { statusLine, fields } = response;
    const expected = {
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    };
    for (const [name, value] of Object.entries(expected)) {
      assertEquals(fieldValues(response, name), [value], statusLine);
    }
    const [policy = ""] = fieldValues(response, "content-security-policy");
    for (
      const directive of [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
      ]
    ) assertStringIncludes(policy, directive, statusLine);
    assert(!policy.includes("unsafe"), policy);
    assert(!fields.some(([name]) => name === "server"), statusLine);
  }
});

Deno.test("consoleHandler() makes a nonce for each page", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const response = await fetch(
      `${console.origin}${console.base}/${console.id}`,
    );
    const policy = response.headers.get("content-security-policy") ?? "";
    const { nonce } = readFakePage(await response.text()).options;
    assertStringIncludes(policy, `script-src 'nonce-${nonce}'`);
    assertStringIncludes(policy, "connect-src 'self'");
    nonces.add(nonce);
  }
  assertEquals(nonces.size, 3);
});

Deno.test("consoleHandler() leads to itself who comes from the app's site", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const path = `${console.base}/${console.id}`;
  const get = (path: string) =>
    sendCommand(console, {
      method: "GET",
      path,
      body: "",
      headers: { "sec-fetch-site": "cross-site", "sec-fetch-dest": "document" },
    });
  const first = await get(path);
  assertStringIncludes(
    first.body,
    `content="0;url=${console.origin}${path}?again"`,
  );
  assert(!first.body.includes(console.token));
  const second = await get(`${path}?again`);
  assertEquals(readFakePage(second.body).report?.id, console.id);
});

Deno.test("consoleHandler() listens on the loopback interface only", async () => {
  await using server = serveDebugged({ evalex: true });
  const { port } = await openConsole(server);
  const others = Deno.networkInterfaces()
    .filter(({ family, address }) =>
      family === "IPv4" && !address.startsWith("127.")
    );
  for (const { address: hostname } of others) {
    let isOpen = false;
    try {
      (await Deno.connect({ hostname, port })).close();
      isOpen = true;
    } catch (error) {
      assert(error instanceof Deno.errors.ConnectionRefused, `${error}`);
    }
    assertEquals(isOpen, false, hostname);
  }
});

Deno.test("consoleHandler() survives requests that are none", async () => {
  await using server = serveDebugged({ evalex: true });
  const console = await openConsole(server);
  const host = `Host: 127.0.0.1:${console.port}\r\n`;
  for (
    const text of [
      "\r\n\r\n",
      "GARBAGE\r\n\r\n",
      `GET ${console.base}/${console.id} HTTP/1.1\r\n${host}${host}\r\n`,
      `POST ${console.base}/eval HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ]
  ) {
    const answer = await rawExchange(
      console.port,
      text.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"),
    );
    assert(!answer.includes(console.token), text);
  }
  assertEquals((await sendCommand(console)).status, 401);
});
