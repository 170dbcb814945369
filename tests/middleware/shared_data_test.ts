import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { toFileUrl } from "@std/path/to-file-url";
import {
  sharedData,
  type SharedDataOptions,
} from "../../middleware/shared_data/shared_data.ts";
import { requestFile } from "./_request_file.ts";
import { shareTree } from "./_shared_tree.ts";

const OLD = new Date("2001-02-03T04:05:06.789Z");
const OLD_FIELD = "Sat, 03 Feb 2001 04:05:06 GMT";

function app(): Response {
  return new Response("app", { status: 404 });
}

Deno.test("sharedData() serves a file with all of its header fields", async () => {
  await using tree = await shareTree({});
  await tree.write("a.css", "body{}", OLD);
  const response = await tree.request("/static/a.css");
  assertEquals(response.status, 200);
  assertEquals(response.body, "body{}");
  const { headers } = response;
  assertMatch(headers.get("etag") ?? "", /^"6-[^"]+"$/);
  headers.delete("etag");
  headers.delete("date");
  assertEquals(Object.fromEntries(headers), {
    "accept-ranges": "bytes",
    "cache-control": "public, max-age=43200",
    "connection": "close",
    "content-length": "6",
    "content-type": "text/css; charset=UTF-8",
    "last-modified": OLD_FIELD,
    "x-content-type-options": "nosniff",
  });
});

Deno.test("sharedData() returns a named handler", () => {
  assertEquals(sharedData(app, {}).name, "sharedDataHandler");
});

Deno.test("sharedData() falls through to the app for what is no file", async () => {
  await using tree = await shareTree({ "sub/index.html": "index" });
  for (
    const target of [
      "/",
      "/other",
      "/static",
      "/static/",
      "/staticx/sub/index.html",
      "/static/missing",
      "/static/sub",
      "/static/sub/",
      "/static/sub/index.html/",
      "/static/sub/index.html/x",
      "/static//sub/index.html",
      "//static/sub/index.html",
      `/static/${"x".repeat(300)}`,
      `/static/${"x/".repeat(3000)}`,
    ]
  ) {
    const response = await tree.request(target);
    assertEquals([response.status, response.body], [404, "app"], target);
  }
});

Deno.test("sharedData() takes the first export that has the file", async () => {
  await using tree = await shareTree({
    "first/a": "first a",
    "second/a": "second a",
    "second/b": "second b",
    "page.html": "page",
  }, null);
  tree.serve({}, [
    ["/s", `${tree.root}/first`],
    ["/s/", `${tree.root}/second`],
    ["/", `${tree.root}/page.html`],
    ["/", tree.root],
  ]);
  const bodies: Record<string, string> = {
    "/s/a": "first a",
    "/s/b": "second b",
    "/s/c": "app",
    "/": "page",
    "/?query": "page",
    "/second/a": "second a",
    "/page.html": "page",
  };
  for (const [target, body] of Object.entries(bodies)) {
    assertEquals((await tree.request(target)).body, body, target);
  }
});

Deno.test("sharedData() serves a single file under exactly its key", async () => {
  await using tree = await shareTree(
    { ".config": "dot", "icon": "icon" },
    null,
  );
  const exports = new Map([
    ["/favicon.ico", `${tree.root}/icon`],
    ["/docs/", `${tree.root}/icon`],
    ["/.well-known/config", `${tree.root}/.config`],
    ["/ä b", `${tree.root}/icon`],
    ["/%25", `${tree.root}/icon`],
  ]);
  tree.serve({}, exports);
  const bodies: Record<string, string> = {
    "/favicon.ico": "icon",
    "/favicon.ic%6f": "icon",
    "/favicon.ico/": "app",
    "/favicon.ico/x": "app",
    "/docs/": "icon",
    "/docs": "app",
    "/.well-known/config": "dot",
    "/%C3%A4%20b": "icon",
    "/%25": "icon",
  };
  for (const [target, body] of Object.entries(bodies)) {
    assertEquals((await tree.request(target)).body, body, target);
  }
  // The type is that of the file, which is named without an extension.
  const response = await tree.request("/favicon.ico");
  assertEquals(
    response.headers.get("content-type"),
    "application/octet-stream",
  );
});

Deno.test("sharedData() accepts paths, URLs and relative paths as targets", async () => {
  await using tree = await shareTree({
    "a.txt": "A",
    "50% ü/a.txt": "A",
  }, null);
  const url = toFileUrl(`${tree.root}/`);
  tree.serve({}, {
    "/odd": toFileUrl(`${tree.root}/50% ü`),
    "/path": tree.root,
    "/slash": `${tree.root}/`,
    "/url": url,
    "/text": url.href,
    "/relative": import.meta.dirname?.slice(Deno.cwd().length + 1) || ".",
  });
  for (const prefix of ["/path", "/slash", "/url", "/text", "/odd"]) {
    assertEquals((await tree.request(`${prefix}/a.txt`)).body, "A", prefix);
  }
  const response = await tree.request("/relative/shared_data_test.ts");
  assertStringIncludes(response.body, "accepts paths, URLs and relative paths");
});

Deno.test("sharedData() resolves [specifier, subpath] beside the module", async () => {
  await using tree = await shareTree(
    { "pkg/mod.js": "", "pkg/a/b.txt": "B" },
    null,
  );
  const module = toFileUrl(`${tree.root}/pkg/mod.js`).href;
  tree.serve({}, {
    "/file": [module, "./a/"],
    "/one": [module, "a/b.txt"],
    "/bare": ["@std/assert", "."],
  });
  assertEquals((await tree.request("/file/b.txt")).body, "B");
  assertEquals((await tree.request("/one")).body, "B");
  assertStringIncludes(
    (await tree.request("/bare/mod.d.ts")).body,
    "assertEquals",
  );
});

Deno.test("sharedData() throws TypeError when a specifier is not a local module", () => {
  const cases: [string, string][] = [
    ["./assets/mod.ts", "use a path or a URL"],
    ["../assets/mod.ts", "use a path or a URL"],
    ["/assets/mod.ts", "use a path or a URL"],
    ["..", "use a path or a URL"],
    ["", "use a path or a URL"],
    ["no-such-package", "the import map does not have"],
    ["https://example.com/mod.ts", "must resolve to a file: URL"],
    ["jsr:@example/package@1", "must resolve to a file: URL"],
    ["npm:example@1", "must resolve to a file: URL"],
    ["node:fs", "must resolve to a file: URL"],
  ];
  for (const [specifier, message] of cases) {
    const error = assertThrows(
      () => sharedData(app, { "/x": [specifier, "assets"] }),
      TypeError,
      message,
    );
    assertStringIncludes(error.message, `"${specifier}"`);
  }
});

Deno.test("sharedData() throws when exports are wrong", async () => {
  await using tree = await shareTree({ "a.txt": "A" }, null);
  const { root } = tree;
  const missing = `${root}/missing`;
  assertStringIncludes(
    assertThrows(
      () => sharedData(app, { "/x": missing }),
      Deno.errors.NotFound,
      'Cannot share "/x": no file or directory at',
    ).message,
    missing,
  );
  // deno-lint-ignore no-explicit-any -- wrong types on purpose
  const wrong: [any, string][] = [
    [null, "exports must map URL prefixes to paths"],
    ["/x", "exports must map URL prefixes to paths"],
    [{ "x": root }, 'must be a URL path that begins with "/"'],
    [{ "": root }, 'must be a URL path that begins with "/"'],
    [{ "/%zz": root }, 'must be a URL path that begins with "/"'],
    [[[1, root]], 'must be a URL path that begins with "/"'],
    [{ "/x": 1 }, "the target must be a path"],
    [{ "/x": [root] }, "the target must be a path"],
    [{ "/x": [root, 1] }, "the target must be a path"],
    [{ "/x": new URL("https://example.com/") }, "must have the scheme file:"],
    [{ "/x": "https://example.com/" }, "must have the scheme file:"],
    [{ "/x": new URL("file:///a%ff") }, "cannot be decoded"],
  ];
  for (const [exports, message] of wrong) {
    assertThrows(() => sharedData(app, exports), TypeError, message);
  }
});

Deno.test("sharedData() throws when options are wrong", () => {
  // deno-lint-ignore no-explicit-any -- wrong types on purpose
  const wrong: [any, new () => Error, string][] = [
    [{ cache: 1 }, TypeError, "cache must be a boolean"],
    [{ dotfiles: "allow" }, TypeError, "dotfiles must be a boolean"],
    [{ precompressed: null }, TypeError, "precompressed must be a boolean"],
    [{ cacheTimeout: "5" }, TypeError, "cacheTimeout must be a number"],
    [{ cacheTimeout: -1 }, RangeError, "current value is -1"],
    [{ cacheTimeout: 1.5 }, RangeError, "current value is 1.5"],
    [{ cacheTimeout: NaN }, RangeError, "current value is NaN"],
    [{ cacheTimeout: Infinity }, RangeError, "current value is Infinity"],
    [{ fallbackMimetype: 1 }, TypeError, "fallbackMimetype must be a string"],
    [{ fallbackMimetype: "text" }, SyntaxError, 'current value is "text"'],
    [{ fallbackMimetype: "a/b\r\nx: y" }, SyntaxError, "media type"],
    [{ disallow: "*.key" }, TypeError, "disallow must be an array of globs"],
    [{ disallow: [1] }, TypeError, "disallow must be an array of globs"],
  ];
  for (const [options, ErrorClass, message] of wrong) {
    assertThrows(() => sharedData(app, {}, options), ErrorClass, message);
  }
  assertThrows(
    // @ts-expect-error -- an object is not a handler
    () => sharedData({ fetch: app }, {}),
    TypeError,
    "app must be a function",
  );
});

Deno.test("sharedData() finds the type by the extension", async () => {
  await using tree = await shareTree({});
  const types: Record<string, string> = {
    "a.html": "text/html; charset=UTF-8",
    "a.HTML": "text/html; charset=UTF-8",
    "a.mjs": "text/javascript; charset=UTF-8",
    "a.json": "application/json; charset=UTF-8",
    "a.svg": "image/svg+xml",
    "a.wasm": "application/wasm",
    "a.js.gz": "application/gzip",
    "a.unknown": "application/octet-stream",
    "a": "application/octet-stream",
  };
  for (const [name, type] of Object.entries(types)) {
    await tree.write(name, "");
    const { headers } = await tree.request(`/static/${name}`);
    assertEquals(headers.get("content-type"), type, name);
    assertEquals(headers.has("content-encoding"), false, name);
  }
});

Deno.test("sharedData() uses fallbackMimetype for unknown extensions", async () => {
  await using tree = await shareTree(
    { "a": "", "a.png": "" },
    { fallbackMimetype: "text/plain" },
  );
  const unknown = await tree.request("/static/a");
  assertEquals(
    unknown.headers.get("content-type"),
    "text/plain; charset=UTF-8",
  );
  const known = await tree.request("/static/a.png");
  assertEquals(known.headers.get("content-type"), "image/png");
});

Deno.test("sharedData() sends Cache-Control by cache and cacheTimeout", async () => {
  const cases: [SharedDataOptions, string][] = [
    [{ cacheTimeout: 5 }, "public, max-age=5"],
    [{ cacheTimeout: 0 }, "public, max-age=0"],
    [{ cache: false, cacheTimeout: 5 }, "no-cache"],
  ];
  for (const [options, expected] of cases) {
    await using tree = await shareTree({ "a.txt": "A" }, options);
    const { headers } = await tree.request("/static/a.txt");
    assertEquals(headers.get("cache-control"), expected);
    // A client that may not use its copy unasked still gets a 304.
    const again = await tree.request("/static/a.txt", {
      "If-None-Match": headers.get("etag") ?? "",
    });
    assertEquals([again.status, again.body], [304, ""]);
    assertEquals(again.headers.get("cache-control"), expected);
  }
});

Deno.test("sharedData() sends a new ETag after a change", async () => {
  await using tree = await shareTree({ "a.txt": "one" });
  const etags = new Set<string | null>();
  for (
    const [content, mtime] of [
      ["one", OLD],
      ["two", new Date(OLD.getTime() + 1)],
      ["three", OLD],
    ] as const
  ) {
    await tree.write("a.txt", content, mtime);
    const response = await tree.request("/static/a.txt", {
      "If-None-Match": [...etags].join(", ") || '"none"',
    });
    assertEquals([response.status, response.body], [200, content]);
    etags.add(response.headers.get("etag"));
  }
  assertEquals(etags.size, 3);
});

Deno.test("sharedData() answers HEAD with the fields of GET and no body", async () => {
  await using tree = await shareTree({ "a.txt": "text", "empty": "" });
  for (const target of ["/static/a.txt", "/static/empty"]) {
    const get = await tree.request(target);
    const head = await tree.request(target, { Range: "bytes=0-1" }, "HEAD");
    assertEquals([head.status, head.body], [200, ""]);
    for (const { headers } of [get, head]) headers.delete("date");
    assertEquals(
      Object.fromEntries(head.headers),
      Object.fromEntries(get.headers),
    );
  }
});

Deno.test("sharedData() serves an empty file", async () => {
  await using tree = await shareTree({ "empty": "" });
  const response = await tree.request("/static/empty");
  assertEquals([response.status, response.body], [200, ""]);
  assertEquals(response.headers.get("content-length"), "0");
  for (const range of ["bytes=0-", "bytes=-5"]) {
    const { status, headers } = await tree.request("/static/empty", {
      Range: range,
    });
    assertEquals([status, headers.get("content-range")], [416, "bytes */0"]);
  }
});

Deno.test("sharedData() passes other methods to the app", async () => {
  await using tree = await shareTree({ "a.txt": "A" }, null);
  let isCanceled = false;
  tree.serve(undefined, undefined, async (request) => {
    const text = await request.text();
    if (text) return new Response(`app got ${text}`);
    const body = new ReadableStream({ cancel: () => void (isCanceled = true) });
    return new Response(body, { status: 404 });
  });
  const url = `http://127.0.0.1:${tree.port}/static`;
  const taken = await fetch(`${url}/a.txt`, { method: "POST", body: "data" });
  assertEquals([taken.status, await taken.text()], [200, "app got data"]);

  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"]) {
    isCanceled = false;
    const refused = await tree.request("/static/a.txt", {}, method);
    assertEquals([refused.status, refused.body], [405, ""], method);
    assertEquals(refused.headers.get("allow"), "GET, HEAD");
    assert(isCanceled);
  }
  const missing = await fetch(`${url}/missing`, { method: "DELETE" });
  assertEquals(missing.status, 404);
  assertEquals(missing.headers.has("allow"), false);
  await missing.body?.cancel();
});

Deno.test("sharedData() passes what the app returns and throws", async () => {
  const info = {
    remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const,
    completed: Promise.resolve(),
  };
  const exports = { "/": new URL(".", import.meta.url) };
  // @ts-expect-error -- what an app in JavaScript can return
  const empty = sharedData((_, given) => given === info ? null : 1, exports);
  const failing = sharedData(() => {
    throw new Error("from the app");
  }, exports);
  for (const method of ["GET", "POST"]) {
    const request = new Request("http://localhost/missing", { method });
    assertEquals<unknown>(await empty(request, info), null);
    await assertRejects(
      async () => await failing(request, info),
      Error,
      "from the app",
    );
  }
});

Deno.test("sharedData() denies dot-files unless dotfiles is set", async () => {
  const files = {
    ".env": "secret",
    ".git/config": "secret",
    "sub/.hidden/x.txt": "secret",
    "a..b": "fine",
  };
  await using closed = await shareTree(files);
  await using open = await shareTree(files, { dotfiles: true });
  for (const [name, content] of Object.entries(files)) {
    for (
      const target of [
        `/static/${name}`,
        `/static/${name.replaceAll(".", "%2e")}`,
      ]
    ) {
      const isDot = content === "secret";
      assertEquals(
        (await closed.request(target)).body,
        isDot ? "app" : content,
        target,
      );
      assertEquals((await open.request(target)).body, content, target);
    }
  }
});

Deno.test("sharedData() does not serve what disallow matches", async () => {
  await using tree = await shareTree({
    "server.key": "",
    "Server.KEY": "",
    "deep/er/server.key": "",
    "private/x.txt": "",
    "sub/private/x.txt": "",
    "only/this.txt": "",
    "sub/only/this.txt": "fine",
    "anchored/x.txt": "",
    "fine.txt": "fine",
  }, null);
  await Deno.symlink("server.key", `${tree.root}/alias.txt`);
  await Deno.symlink("private", `${tree.root}/open`);
  tree.serve(
    { disallow: ["*.key", "private", "only/*.txt", "/anchored/**"] },
    { "/static": tree.root, "/one": `${tree.root}/server.key` },
  );
  const bodies: Record<string, string> = {
    "/static/server.key": "app",
    "/static/Server.KEY": "app",
    "/static/server.%6bey": "app",
    "/static/deep/er/server.key": "app",
    "/static/private/x.txt": "app",
    "/static/sub/private/x.txt": "app",
    "/static/only/this.txt": "app",
    "/static/sub/only/this.txt": "fine",
    "/static/anchored/x.txt": "app",
    "/static/alias.txt": "app",
    "/static/open/x.txt": "app",
    "/static/fine.txt": "fine",
    "/one": "app",
  };
  for (const [target, body] of Object.entries(bodies)) {
    assertEquals((await tree.request(target)).body, body, target);
  }
});

Deno.test("sharedData() serves precompressed files that the client accepts", async () => {
  const files = {
    "a.js": "plain",
    "a.js.br": "brotli",
    "a.js.gz": "gzipped",
    "b.js": "plain",
    "b.js.gz": "gzipped",
    "c.js.br": "brotli",
  };
  await using tree = await shareTree({}, { precompressed: true });
  for (const [name, content] of Object.entries(files)) {
    await tree.write(name, content, OLD);
  }
  const cases: [string, Record<string, string>, string][] = [
    ["a.js", {}, "plain"],
    ["a.js", { "Accept-Encoding": "" }, "plain"],
    ["a.js", { "Accept-Encoding": "gzip, deflate, br, zstd" }, "brotli"],
    ["a.js", { "Accept-Encoding": "gzip" }, "gzipped"],
    ["a.js", { "Accept-Encoding": "*" }, "brotli"],
    ["b.js", { "Accept-Encoding": "gzip, br" }, "gzipped"],
    ["b.js", { "Accept-Encoding": "br" }, "plain"],
    ["c.js", { "Accept-Encoding": "br" }, "app"],
  ];
  const encodings: Record<string, string> = { brotli: "br", gzipped: "gzip" };
  for (const [name, headers, body] of cases) {
    const response = await tree.request(`/static/${name}`, headers);
    const message = `${name} ${JSON.stringify(headers)}`;
    assertEquals(response.body, body, message);
    if (body === "app") continue;
    assertEquals(
      response.headers.get("content-encoding"),
      encodings[body] ?? null,
    );
    assertEquals(response.headers.get("content-length"), String(body.length));
    assertEquals(response.headers.get("vary"), "Accept-Encoding");
    assertEquals(
      response.headers.get("content-type"),
      "text/javascript; charset=UTF-8",
    );
  }
});

Deno.test("sharedData() gives each encoding its own ETag", async () => {
  await using tree = await shareTree({}, { precompressed: true });
  for (const name of ["a.js", "a.js.br", "a.js.gz"]) {
    await tree.write(name, "12345", OLD);
  }
  const etags = new Map<string, string>();
  for (const coding of ["identity", "br", "gzip"]) {
    const response = await tree.request("/static/a.js", {
      "Accept-Encoding": coding,
    });
    etags.set(coding, response.headers.get("etag") ?? "");
  }
  assertEquals(new Set(etags.values()).size, 3);
  const response = await tree.request("/static/a.js", {
    "Accept-Encoding": "br",
    "If-None-Match": etags.get("gzip") ?? "",
  });
  assertEquals(response.status, 200);
  const same = await tree.request("/static/a.js", {
    "Accept-Encoding": "br",
    "If-None-Match": etags.get("br") ?? "",
  });
  assertEquals([same.status, same.headers.get("vary")], [
    304,
    "Accept-Encoding",
  ]);
});

Deno.test("sharedData() ignores precompressed files that are stale or denied", async () => {
  await using tree = await shareTree({}, null);
  await tree.write("a.js", "new", new Date(OLD.getTime() + 1));
  await tree.write("a.js.br", "old", OLD);
  await tree.write("b.js", "plain", OLD);
  await tree.write("b.js.br", "denied", OLD);
  await tree.write("c.js", "plain", OLD);
  await Deno.writeTextFile(`${tree.outside}/c`, "outside");
  await Deno.symlink(`${tree.outside}/c`, `${tree.root}/c.js.br`);
  await tree.write("d.js", "plain", OLD);
  await Deno.mkdir(`${tree.root}/d.js.br`);
  tree.serve(
    { precompressed: true, disallow: ["b.js.*"] },
    { "/static": tree.root, "/one": `${tree.root}/c.js` },
  );
  const targets = ["a.js", "b.js", "c.js", "d.js"].map((n) => `/static/${n}`);
  for (const target of [...targets, "/one"]) {
    const response = await tree.request(target, { "Accept-Encoding": "br" });
    assertEquals(
      response.body,
      target.endsWith("a.js") ? "new" : "plain",
      target,
    );
    assertEquals(response.headers.get("content-encoding"), null, target);
  }
});

Deno.test("sharedData() does not look for precompressed files by default", async () => {
  await using tree = await shareTree({ "a.js": "plain", "a.js.br": "brotli" });
  const response = await tree.request("/static/a.js", {
    "Accept-Encoding": "br",
  });
  assertEquals([response.body, response.headers.get("vary")], ["plain", null]);
});

Deno.test("sharedData() never sends Last-Modified in the future", async () => {
  await using tree = await shareTree({});
  await tree.write("a.txt", "A", new Date(Date.now() + 3_600_000));
  const { headers } = await tree.request("/static/a.txt");
  const modified = Date.parse(headers.get("last-modified") ?? "");
  // Not compared with `Date`, which Deno makes anew only once in a while.
  assert(modified <= Date.now());
});

Deno.test("sharedData() takes the path of any request target", async () => {
  await using tree = await shareTree({ "a.txt": "A" });
  for (
    const target of [
      "http://other.test/static/a.txt",
      "http://other.test:1/static/a.txt?query#fragment",
      "/static/a.txt?/../b",
      "/static/a.txt#fragment?query",
    ]
  ) {
    assertEquals((await tree.request(target)).body, "A", target);
  }
});

Deno.test("sharedData() notices a file that is changed or added later", async () => {
  await using tree = await shareTree({ "a.txt": "one" });
  const first = await tree.request("/static/a.txt");
  await tree.write("a.txt", "later");
  await tree.write("b.txt", "B");
  const second = await tree.request("/static/a.txt");
  assertEquals([first.body, second.body], ["one", "later"]);
  assertNotEquals(first.headers.get("etag"), second.headers.get("etag"));
  assertEquals((await requestFile(tree.port, "/static/b.txt")).body, "B");
});
