// What can be tried on the origin of the app.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  hasTrustedHost,
  trustedName,
} from "../../../middleware/debugger/_trusted_host.ts";
import { fieldValues, rawRequest, type RawResponse } from "../../_raw_http.ts";
import { serveDebugged } from "./_debugged.ts";
import { readFakePage, SECRET } from "./_fake_parts.ts";

const PATHS = [
  "/",
  "/__devserve/errors",
  "/__devserve/console",
] as const;

async function get(
  port: number,
  target: string,
  headers: Record<string, string | null> = {},
  method = "GET",
): Promise<RawResponse> {
  const fields = {
    host: `127.0.0.1:${port}`,
    accept: "text/html",
    connection: "close",
    ...headers,
  };
  const head = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return await rawRequest(port, `${method} ${target} HTTP/1.1\r\n${head}\r\n`);
}

/** An app that has pages where the debugger has some, and fails elsewhere. */
function failElsewhere(request: Request): Response {
  if (request.url.includes("/__devserve/")) return new Response("app");
  throw new Error("boom");
}

Deno.test("debuggedApplication() tells nothing to foreign hosts", async () => {
  await using server = serveDebugged({ evalex: true }, failElsewhere);
  const { port } = server;
  await (await server.open("/")).body?.cancel();
  const hosts = [
    "evil.test",
    `evil.test:${port}`,
    "localhost.evil.test",
    "127.0.0.1.evil.test",
    "evil-localhost",
    "user@localhost",
    "evil.test@localhost",
    "localhost/../x",
    "localhost#",
    "[::2]",
    "10.0.0.1",
    "192.168.0.1",
    "0.0.0.0",
    "127.0.0.256.evil.test",
    "",
    null,
  ];
  for (const host of hosts) {
    for (const path of PATHS) {
      const { status, body } = await get(port, path, { host });
      if (status !== 400) {
        assertEquals(
          [status, body],
          path === "/" ? [500, "Internal Server Error\n"] : [200, "app"],
          `${host} ${path}`,
        );
      }
    }
  }
});

Deno.test("debuggedApplication() tells nothing to a foreign host in the target", async () => {
  await using server = serveDebugged({}, failElsewhere);
  const { body } = await get(server.port, "http://evil.test/");
  assertEquals(body, "Internal Server Error\n");
});

Deno.test("debuggedApplication() shows errors to trusted hosts", async () => {
  await using server = serveDebugged({
    trustedHosts: ["app.test", ".dev.test", "10.1.2.3", "2001:DB8::1"],
  });
  const hosts = [
    "localhost",
    "LOCALHOST:99",
    "localhost.",
    "a.b.localhost",
    "127.0.0.1",
    "127.8.9.1:1",
    "[::1]",
    "[::1]:80",
    "app.test:8000",
    "App.Test",
    "dev.test",
    "a.b.dev.test",
    "10.1.2.3",
    "[2001:db8::1]:8000",
  ];
  for (const host of hosts) {
    const { body } = await get(server.port, "/", { host });
    assertStringIncludes(body, "boom", host);
  }
  for (const host of ["b.app.test", "xdev.test", "app.test.evil.test"]) {
    const { body } = await get(server.port, "/", { host });
    assertEquals(body, "Internal Server Error\n", host);
  }
});

Deno.test("hasTrustedHost() takes the host of HTTP/2 from the URL", () => {
  assertEquals(hasTrustedHost(new Request("https://localhost/"), []), true);
  assertEquals(hasTrustedHost(new Request("https://evil.test/"), []), false);
  assertEquals(hasTrustedHost(new Request("http://localhost/"), []), false);
});

Deno.test("trustedName() takes nothing but names and addresses", () => {
  const wrong = [
    "",
    ".",
    "*",
    "*.app.test",
    "app.test:80",
    "http://app.test",
    "app.test/x",
    "user@app.test",
    "app test",
    "app.test?",
    "[::1",
  ];
  for (const entry of wrong) assertEquals(trustedName(entry), undefined, entry);
});

Deno.test("debuggedApplication() has no token and no secrets on the app's origin", async () => {
  await using server = serveDebugged({ evalex: true });
  const cookie = "session=top-secret";
  const page = await get(server.port, "/", { cookie });
  const { options } = readFakePage(page.body);
  assertEquals(Object.keys(options.console ?? {}), ["url"]);
  const [errorPath] = server.logged.map(({ path }) => path!);
  for (const accept of ["text/html", "application/json", "*/*"]) {
    for (const path of ["/", errorPath!, "/__devserve/errors"]) {
      const { body } = await get(server.port, path, { cookie, accept });
      assert(!body.includes(SECRET), `${accept} ${path}`);
      assert(!body.includes("top-secret"), `${accept} ${path}`);
    }
  }
});

Deno.test("debuggedApplication() has no console without evalex", async () => {
  await using server = serveDebugged({ evalex: false });
  const { options } = readFakePage((await get(server.port, "/")).body);
  assertEquals(options.console, undefined);
  assertEquals(server.pins, []);
  const { status, body } = await get(server.port, "/__devserve/console");
  assertEquals([status, body], [
    404,
    "There is no console, as evalex is off\n",
  ]);
});

Deno.test("debuggedApplication() runs nothing on the app's origin", async () => {
  await using server = serveDebugged(
    { evalex: true, pinSecurity: false },
    () => new Response("app"),
  );
  const names = ["eval", "pin", "members", "complete", "console", "errors"];
  for (const name of names) {
    for (const method of ["POST", "PUT", "OPTIONS", "DELETE"]) {
      const { body } = await get(
        server.port,
        `/__devserve/${name}?code=1`,
        { "content-type": "application/json", "content-length": "0" },
        method,
      );
      assertEquals(body, "app", `${method} ${name}`);
    }
  }
});

Deno.test("debuggedApplication() leaves all other paths to the app", async () => {
  await using server = serveDebugged(
    { evalex: true },
    (request) => new Response(request.url),
  );
  server.handler.record(new Error("boom"), "stray");
  const { path: errorPath = "" } = server.logged[0]!;
  const paths = [
    "/__devserve",
    "/__devserve/",
    "/__devserve/x",
    "/__devserve/errors/",
    "/__devserve/errors//",
    "/__devserve/errorsx",
    "/__devserve//errors",
    "//__devserve/errors",
    "/x/__devserve/errors",
    "/x/..//__devserve/errors",
    "/__devserve/./errors",
    "/__devserve/x/../errors",
    "/%5f_devserve/errors",
    "/__DEVSERVE/errors",
    "/__devserve/errors%2f",
    "/__devserve\\errors",
    `${errorPath}/`,
    `${errorPath}/..`,
    `${errorPath}%00`,
    "/__devserve/console/",
    "/__devserve/console;x",
    "/?/__devserve/errors",
    "/?x=http://localhost/__devserve/errors",
  ];
  for (const path of paths) {
    const { body } = await get(server.port, path);
    assertEquals(body, `http://127.0.0.1:${server.port}${path}`, path);
  }
});

Deno.test("debuggedApplication() knows no errors but its own", async () => {
  await using server = serveDebugged();
  for (const id of [crypto.randomUUID(), "__proto__", "constructor", "0"]) {
    const { status } = await get(server.port, `/__devserve/errors/${id}`);
    assertEquals(status, 404, id);
  }
});

Deno.test("debuggedApplication() keeps its pages from scripts and frames", async () => {
  await using server = serveDebugged(
    { evalex: true },
    () => new Response("app"),
  );
  server.handler.record(new Error("boom"), "stray");
  const { path = "" } = server.logged[0]!;
  for (const dest of ["empty", "iframe", "script", "image", ""]) {
    for (const own of [path, "/__devserve/errors", "/__devserve/console"]) {
      const { status, body, fields } = await get(server.port, own, {
        "sec-fetch-dest": dest,
      });
      assertEquals(status, 403, `${dest} ${own}`);
      assert(!body.includes("boom"), `${dest} ${own}`);
      assert(!fields.some(([name]) => name === "location"), own);
    }
  }
});

Deno.test("debuggedApplication() shields every response", async () => {
  await using server = serveDebugged({ evalex: true });
  await (await server.open("/")).body?.cancel();
  const { path = "" } = server.logged[0]!;
  const targets = ["/", path, "/__devserve/errors", "/__devserve/console"];
  const responses = [
    ...await Promise.all(targets.map((target) => get(server.port, target))),
    ...await Promise.all(
      targets.map((target) => get(server.port, target, { accept: "*/*" })),
    ),
    await get(server.port, "/", { accept: "application/json" }),
    await get(server.port, "/", { host: "evil.test" }),
    await get(server.port, "/__devserve/errors/unknown"),
    await get(server.port, "/__devserve/errors", { "sec-fetch-dest": "empty" }),
  ];
  for (const response of responses) {
    const expected = {
      "cache-control": "no-store",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    };
    for (const [name, value] of Object.entries(expected)) {
      assertEquals(fieldValues(response, name), [value], response.statusLine);
    }
    const [policy = ""] = fieldValues(response, "content-security-policy");
    assertStringIncludes(policy, "default-src 'none'");
    assertStringIncludes(policy, "frame-ancestors 'none'");
    assert(!policy.includes("connect-src 'self'"), policy);
    assert(!policy.includes("unsafe"), policy);
    assert(
      !response.fields.some(([name]) => name.startsWith("access-control-")),
    );
  }
});

Deno.test("debuggedApplication() never takes CORS headers of the app along", async () => {
  await using server = serveDebugged({}, () => {
    throw new Response("thrown", {
      headers: { "access-control-allow-origin": "*" },
    });
  });
  const { status, fields } = await get(server.port, "/", {
    origin: "http://evil.test",
  });
  assertEquals(status, 500);
  assert(!fields.some(([name]) => name.startsWith("access-control-")));
});
