// The debugger, from the command line to the consoles.
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  CONFIG,
  DEVSERVE,
  followToConsole,
  getPage,
  getText,
  givePin,
  ownFrames,
  readConsole,
  runIn,
  startDebugged,
} from "./_debugged_app.ts";
import { makeFolder, servedAt } from "./_devserve.ts";
import { FAILING_APP, ONE_ERROR } from "./_failing_app.ts";
import type { ChildProcess } from "./_process.ts";
import { rawRequest } from "./_raw_http.ts";

const PIN = "123-456-789";

/** What an own frame has to show: its function, failing line and variables. */
type Expected = readonly [
  name: string,
  line: string,
  variables: Readonly<Record<string, string>>,
];

const HIDDEN = "<hidden: shown on the page of the console>";

const CHARGE: Expected = [
  "charge",
  "throw new RangeError(`Cannot charge ${amount} with ${apiKey.length}`);",
  { amount: "42", user: '{ name: "ann", age: 21 }', apiKey: HIDDEN },
];
const SYNC: Expected = [
  "sync",
  'return charge(user, ["k3y", "value"].join("-"));',
  {
    user: '{ name: "ann", age: 21 }',
  },
];

/** The paths of the app with the titles and innermost own frames of its errors. */
const FAILURES: Record<string, [title: string, ...Expected[]]> = {
  "/sync": ["RangeError: Cannot charge 42 with 9", CHARGE, SYNC],
  "/async": [
    "TypeError: No row 42",
    [
      "load",
      "throw new TypeError(`No row ${row.id}`);",
      { row: '{ id: 42, tags: ["x"] }', id: "42" },
    ],
    ["service", "return await load(wanted);", { wanted: "42", factor: "7" }],
    ["/async", "const row = await service(factor);", {
      factor: "7",
      row: "<not initialised yet>",
    }],
  ],
  "/hono": [
    "Error: Cart of 2",
    ["showCart", "throw new Error(`Cart of ${cart.length}`);", {
      cart: '["apple", "pear"]',
    }],
  ],
  "/class": [
    "Error: Rest -3",
    ["Account.withdraw", "throw new Error(`Rest ${rest}`);", {
      rest: "-3",
      sum: "20",
      this: 'Account { owner: "ann", #balance: 17 }',
    }],
  ],
  "/tsx": [
    "Error: No Hello",
    [
      "page",
      'if (node.props.class === "x") throw new Error(`No ${title}`);',
      { title: '"Hello"', _request: "Request { GET /tsx }" },
    ],
  ],
  "/missing": [
    "NotFound: No such file or directory (os error 2): readfile 'no_such_file.txt'",
    ["/missing", "return new Response(await Deno.readTextFile(path));", {
      path: '"no_such_file.txt"',
    }],
  ],
  "/string": [
    '"just <b>text</b>"',
    ["/string", 'if (why > 1) throw "just <b>text</b>";', { why: "7" }],
  ],
  "/overflow": ["RangeError: Maximum call stack size exceeded"],
  "/nothing": [
    "TypeError: Cannot use what the app returned: expected a Response, got undefined",
  ],
  "/cause": [
    "Error: Outer",
    ["/cause", 'throw new Error("Outer", { cause });', {}],
  ],
};

/** Fails in ways that are noticed after the app has been called. */
const AT_ONCE = `
const ROUTES: Record<string, () => unknown> = {
  "/throw"() {
    throw new Error("At once");
  },
  "/nothing": () => undefined,
  "/stream": () => new Response(new ReadableStream({
    pull() {
      throw new Error("In the stream");
    },
  })),
  "/stray"() {
    Promise.reject(new Error("Nobody awaits"));
    return new Response("fine");
  },
};

export default (request: Request) => ROUTES[new URL(request.url).pathname]!();
`;

const AT_ONCE_ERRORS = [
  ["/throw", "At once"],
  ["/nothing", "got undefined"],
  ["/stream", "In the stream"],
  ["/stray", "Nobody awaits"],
] as const;

async function serve(
  args: readonly string[],
  options: Parameters<typeof startDebugged>[1],
): Promise<{ child: ChildProcess; url: string } & AsyncDisposable> {
  const child = startDebugged(["-p", "0", ...args], options);
  try {
    // The link is not to lead to another family of addresses.
    await child.waitFor(/Press Ctrl-C/, "stderr");
    const url = (await servedAt(child)).replace("localhost", "127.0.0.1")
      .replace(/\/$/, "");
    return {
      child,
      url,
      [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** The port of a server that has gone. */
async function freePort(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  await Promise.resolve(listener.close());
  return port;
}

/**
 * Waits until a request gets what is meant: one over a connection to the process
 * before may still be answered by that.
 */
async function waitForText(url: string, pattern: RegExp): Promise<void> {
  while (!pattern.test(await getText(url)));
}

async function titleOf(url: string): Promise<string> {
  return JSON.parse(await getText(url, "application/json")).error.title;
}

for (const mode of [[], ["--no-reload"]]) {
  const how = ["commandLine()", ...mode].join(" ");
  Deno.test(`${how} shows what has failed`, async (t) => {
    using folder = makeFolder(FAILING_APP);
    await using app = await serve(["app.ts", ...mode], { cwd: folder.path });
    const { url, child } = app;

    for (const [path, [title, ...expected]] of Object.entries(FAILURES)) {
      await t.step(path, async () => {
        // The last word of the title is enough for what the debugger words.
        const page = await getPage(`${url}${path}`);
        const frames = ownFrames(page);
        for (const [index, [name, line, variables]] of expected.entries()) {
          const frame = frames[index];
          assertEquals([frame?.name, frame?.line], [name, line]);
          for (const [key, value] of Object.entries(variables)) {
            assertEquals(frame?.variables[key], value, `${name}: ${key}`);
          }
          assert(frame?.hasConsole);
        }
        const text = await getText(`${url}${path}`);
        if (path === "/nothing") return assertStringIncludes(text, "undefined");
        assertEquals(text.split("\n")[0], title);
        assertEquals(await titleOf(`${url}${path}`), title);
      });
    }

    await t.step("/hono names the middleware that waited", async () => {
      const frames = ownFrames(await getPage(`${url}/hono`));
      const addId = frames.find(({ name }) => name === "addId");
      assertEquals(addId?.line, "await next();");
      assertEquals(addId?.variables.requestId, '"r-77"');
    });
    await t.step("/refused", async () => {
      const port = await freePort();
      const page = await getPage(`${url}/refused?port=${port}`);
      const frame = ownFrames(page)[0];
      assertEquals(frame?.name, "/refused");
      assertEquals(frame?.variables.target, `"${port}"`);
      const text = await getText(`${url}/refused?port=${port}`);
      assertMatch(text, /^TypeError: /);
      assertMatch(text, /refused/i);
      assertMatch(page.replace(/<[^>]*>/g, ""), /refused \(os error/);
    });
    await t.step("/overflow shows the depths", async () => {
      const frames = ownFrames(await getPage(`${url}/overflow`));
      const [inner, outer] = frames.map(({ variables }) => variables.depth);
      assertEquals(Number(inner) - Number(outer), 1);
      assert(Number(inner) > 100);
    });
    await t.step("/cause shows the frames of the cause", async () => {
      const frames = ownFrames(await getPage(`${url}/cause`));
      const charge = frames.find(({ name }) => name === "charge");
      assertEquals(charge?.line, CHARGE[1]);
      assertEquals(charge?.variables.amount, "42");
    });
    await t.step("pages have no secrets, texts no variables", async () => {
      assert(
        !(await getPage(`${url}/sync`)).includes("k3y-value"),
      );
      assert(!(await getPage(`${url}/sync`)).includes('"token"'));
      const json = JSON.parse(
        await getText(`${url}/sync`, "application/json"),
      );
      assertEquals(json.request, { method: "GET", path: "/sync" });
      const [frame] = json.error.frames;
      assertEquals([frame.functionName, frame.path], ["charge", "app.ts"]);
      assertEquals(frame.variables, undefined);
    });
    await t.step("/stream and /stray are recorded and linked", async () => {
      const broken = await fetch(`${url}/stream`);
      await broken.text().catch(() => {});
      assertEquals(await getText(`${url}/stray`), "fine");
      for (const message of ["In the stream", "Nobody awaits"]) {
        await child.waitFor(new RegExp(`Error: ${message}`), "stderr");
        const list = await getText(`${url}/__devserve/errors`);
        const [, link] = new RegExp(
          `(/__devserve/errors/\\S+) Error: ${message}`,
        ).exec(list) ?? [];
        assert(link, message);
        await child.waitFor(new RegExp(`See http://\\S*${link}`), "stderr");
        const page = await getPage(`${url}${link}`);
        assertStringIncludes(page, message);
      }
      const page = await getPage(`${url}/__devserve/errors`);
      assertStringIncludes(page, "In the stream");
      assertEquals(await getText(`${url}/`), "ok");
    });
    await t.step("the log leads from an error to its page", async () => {
      await getText(`${url}/sync`);
      const log = child.stderr.slice(child.stderr.lastIndexOf("GET /sync: "));
      const [, link] = /\n {2}See (http:\S+)/.exec(log) ?? [];
      assertStringIncludes(await getText(link!), "Cannot charge 42");
    });
    await t.step("the link comes after what it leads to", async () => {
      for (const what of ["In the stream", "Nobody awaits"]) {
        const log = child.stderr;
        const [, link] = log.slice(log.indexOf(`Error: ${what}`))
          .split("\n").find((line) => line.startsWith("  See "))
          ?.match(/(\/__devserve\S+)/) ?? [];
        assertStringIncludes(await getText(`${url}${link}`), `Error: ${what}`);
      }
    });
  });
}

Deno.test("commandLine() shows errors of the very first request", async (t) => {
  using folder = makeFolder({ "app.ts": AT_ONCE });
  for (const mode of [[], ["--no-reload"]]) {
    for (const [path, message] of AT_ONCE_ERRORS) {
      await t.step([path, ...mode].join(" "), async () => {
        const child = startDebugged(["app.ts", "-p", "0", ...mode], {
          cwd: folder.path,
        });
        await using _ = child;
        const url = (await servedAt(child)).replace("localhost", "127.0.0.1");
        // A broken body is refused, by whichever of the two.
        const response = await getText(new URL(path, url)).catch(String);
        if (path === "/stray") assertEquals(response, "fine");
        await child.waitFor(new RegExp(message), "stderr");
        const list = await getText(new URL("/__devserve/errors", url));
        assertStringIncludes(list, message);
      });
    }
  }
});

Deno.test("commandLine() runs code in the frames and in the module", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--debug-pin", PIN], {
    cwd: folder.path,
  });
  assertStringIncludes(app.child.stderr, `PIN      ${PIN}  `);
  const console = await followToConsole(await getPage(app.url));
  assert(!console.html.includes("hunter2-value"));
  assertEquals(await runIn(console, "", 0, "1 + 1"), "401");
  assertEquals(await givePin(console, "000-000-000"), "");
  const cookie = await givePin(console, "123456789");
  assertEquals(await runIn(console, cookie, 0, "user.name"), '"ann"');
  assertEquals(
    await runIn(console, cookie, 0, "await Promise.resolve(40 + 2)"),
    "42",
  );
  assertEquals(await runIn(console, cookie, 0, "count = 5"), "5");
  assertEquals(await runIn(console, cookie, 0, "count"), "5");
  assertEquals(
    await runIn(console, cookie, 0, "nope"),
    "ReferenceError: nope is not defined",
  );

  const redirect = await fetch(`${app.url}/__devserve/console`, {
    redirect: "manual",
  });
  await redirect.body?.cancel();
  const module = await readConsole(redirect.headers.get("location")!, cookie);
  assertEquals(await runIn(module, cookie, 0, "version"), "1");
});

Deno.test("commandLine() runs code in the scope of the app's module", async () => {
  using folder = makeFolder({
    "app.ts": `interface Counter { count: number }
      const counter: Counter = { count: 1 };
      function double(): number { return counter.count * 2; }
      export default () => new Response(String(double())); // the end`,
  });
  for (const mode of [[], ["--no-reload"]]) {
    await using app = await serve(["app.ts", "--debug-pin", "off", ...mode], {
      cwd: folder.path,
    });
    const redirect = await fetch(`${app.url}/__devserve/console`, {
      redirect: "manual",
    });
    await redirect.body?.cancel();
    const module = await readConsole(redirect.headers.get("location")!, "");
    assertEquals(await runIn(module, "", 0, "double()"), "2");
    assertEquals(await runIn(module, "", 0, "counter.count = 21"), "21");
    assertEquals(await getText(app.url), "42");
    assertEquals(
      await runIn(module, "", 0, "nope"),
      "ReferenceError: nope is not defined",
    );
  }
});

Deno.test("commandLine() leaves files alone with --debug-exclude, and maps paths", async () => {
  using folder = makeFolder({
    "app.ts": `import { fail } from "./generated.ts";
      export default () => { const own = 1; return new Response(fail(own)); };`,
    "generated.ts":
      `export function fail(value: number): string { const there = value;
        throw new Error("generated " + there); }`,
  });
  await using app = await serve([
    "app.ts",
    ...["--debug-exclude", "generated.ts", "--editor", "vscode"],
    ...["--editor-path", `${folder.path}=/home/ann/there`],
  ], { cwd: folder.path });
  const page = await getPage(app.url);
  const frames = ownFrames(page);
  assertEquals(frames.map(({ variables }) => Object.keys(variables)).flat(), [
    "own",
  ]);
  assertStringIncludes(page, "vscode://file/home/ann/there/app.ts:2:");
});

Deno.test("commandLine() counts wrong PINs over reloads", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--debug-pin", PIN], {
    cwd: folder.path,
  });
  const before = await followToConsole(await getPage(app.url));
  for (let round = 0; round < 5; round++) {
    assertEquals(await givePin(before, "000-000-000"), "");
  }
  await Deno.writeTextFile(`${folder.path}/app.js`, `${ONE_ERROR}// later`);
  await app.child.waitFor(/generation 2/, "stderr");
  // The old process is told a moment later than we are.
  let after = before;
  while (after.origin === before.origin) {
    after = await followToConsole(await getPage(app.url));
  }
  const answer = await fetch(`${after.origin}${after.base}/pin`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-devserve-token": after.token,
      origin: after.origin,
    },
    body: JSON.stringify({ pin: "000-000-000" }),
  });
  assertStringIncludes(await answer.text(), "4 more can be tried");
});

Deno.test("commandLine() asks for the PIN once, over reloads", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js"], { cwd: folder.path });
  const [, pin] = await app.child.waitFor(
    /PIN +(\d{3}-\d{3}-\d{3}) /,
    "stderr",
  );
  const before = await followToConsole(await getPage(app.url));
  const cookie = await givePin(before, pin!);
  assertEquals(await runIn(before, cookie, 0, "count"), "1");

  await Deno.writeTextFile(
    `${folder.path}/app.js`,
    ONE_ERROR.replace("let count = 1", "let count = 2"),
  );
  await app.child.waitFor(/app\.js changed: live/, "stderr");
  await waitForText(app.url, /Marked 2/);
  const after = await followToConsole(await getPage(app.url));
  assertEquals(await runIn(after, cookie, 0, "count"), "2");
  assertEquals(await runIn(after, "", 0, "count"), "401");
  assert(await givePin(after, pin!) !== "");
  assertEquals(app.child.stderr.split("PIN ").length, 2);
});

const BROKEN: [what: string, source: string, shown: RegExp][] = [
  [
    "the syntax is wrong",
    "export default () => {\n  const = 1;\n};\n",
    /const = 1/,
  ],
  [
    "an import is missing",
    'import { no } from "./no_such.ts";\nexport default () => no;\n',
    /no_such\.ts/,
  ],
  [
    "an import is no dependency",
    'import no from "nonsuch";\nexport default () => no;\n',
    /nonsuch\S+ not a dependency[^]*deno add npm:nonsuch/,
  ],
  [
    "an import is JSON without saying so",
    'import no from "./data.json";\nexport default () => no;\n',
    /JSON module without specifying/,
  ],
  [
    "an import is no module of the runtime",
    'import "node:nonsuch";\nexport default () => new Response();\n',
    /No such built-in module: node:nonsuch/,
  ],
  [
    "it throws at its top level",
    'const setting = 5;\nthrow new Error("At the top " + setting);\n',
    /At the top 5/,
  ],
];

Deno.test("commandLine() shows why an app cannot be loaded", async (t) => {
  using folder = makeFolder({ "app.ts": BROKEN[0]![1], "data.json": "{}" });
  const path = `${folder.path}/app.ts`;
  await using app = await serve(["app.ts"], { cwd: folder.path });
  for (const [index, [what, source, shown]] of BROKEN.entries()) {
    await t.step(what, async () => {
      if (index > 0) await Deno.writeTextFile(path, source);
      await app.child.waitFor(
        new RegExp(`(?:Serving this error[^]*?){${index + 1}}`),
        "stderr",
      );
      await waitForText(app.url, shown);
      const response = await fetch(app.url, {
        headers: { accept: "text/html" },
      });
      assertEquals(response.status, 500);
      const page = await response.text();
      assertMatch(page.replace(/<[^>]*>/g, ""), shown);
      assertStringIncludes(page, "could not be loaded");
      assert(!/Open console|"token"/.test(page));
      assertStringIncludes(page, 'class="line failing"');
      assertMatch(await getText(app.url), shown);
      assertMatch(await titleOf(app.url), /Error|not found|module|import/i);
    });
  }
  await Deno.writeTextFile(path, 'export default () => new Response("well");');
  await app.child.waitFor(/app\.ts changed: live/, "stderr");
  await waitForText(app.url, /^well$/);
});

Deno.test("commandLine() shows nothing of itself when there is no app", async (t) => {
  using folder = makeFolder({ "app.ts": "export const other = 1;\n" });
  const path = `${folder.path}/app.ts`;
  await using app = await serve(["app.ts"], { cwd: folder.path });

  async function assertShown(what: string, message: RegExp): Promise<void> {
    await t.step(what, async () => {
      await waitForText(app.url, message);
      const text = await getText(app.url);
      const page = await getPage(app.url);
      for (const shown of [text, page]) {
        assert(!/serving\/|reloader\//.test(shown), shown);
        assertStringIncludes(shown, "Once this is put right");
      }
      const json = JSON.parse(await getText(app.url, "application/json"));
      assertEquals(json.error.frames, []);
    });
  }

  await assertShown("no export is an app", /Cannot find an app/);
  await Deno.writeTextFile(path, "export const createApp = () => 42;\n");
  await assertShown(
    "a factory makes none",
    /createApp\(\) returned is a number/,
  );
  await Deno.remove(path);
  await assertShown("the file is gone", /file does not exist/);
});

/** Copies what devserve consists of, but for the debugger. */
async function copyWithoutDebugger(to: string): Promise<string> {
  const root = new URL("../", import.meta.url);
  async function copy(path: string): Promise<void> {
    if (path === "middleware/debugger/") return;
    if (!path.endsWith("/")) {
      return await Deno.copyFile(new URL(path, root), `${to}/${path}`);
    }
    await Deno.mkdir(`${to}/${path}`);
    for await (const entry of Deno.readDir(new URL(path, root))) {
      await copy(`${path}${entry.name}${entry.isDirectory ? "/" : ""}`);
    }
  }
  const folders = ["links/", "serving/", "middleware/", "reloader/"];
  for (const path of ["mod.ts", "deno.json", ...folders]) await copy(path);
  return `${to}/mod.ts`;
}

Deno.test("commandLine() needs nothing of the debugger with --no-debugger", async (t) => {
  using copy = makeFolder({});
  const program = await copyWithoutDebugger(copy.path);
  using folder = makeFolder({ "app.js": ONE_ERROR });
  const options = { cwd: folder.path, program };

  await t.step("but with it, so that this test can fail", async () => {
    await using child = startDebugged(["app.js", "-p", "0"], options);
    assertEquals((await child.finished()).code, 1);
    assertMatch(child.stderr, /Module not found .*\/middleware\/debugger\//);
  });
  await t.step("with --no-reload", async () => {
    const args = ["app.js", "--no-debugger", "--no-reload"];
    await using app = await serve(args, options);
    assertEquals(await getText(`${app.url}/ok`), "ok");
    assertMatch(await getText(app.url), /^Internal Server Error/);
  });
  await t.step("over reloads and errors of loading", async () => {
    await using app = await serve(["app.js", "--no-debugger"], options);
    assertMatch(await getText(app.url), /^Internal Server Error/);
    const path = `${folder.path}/app.js`;
    await Deno.writeTextFile(path, "throw new Error('At the top');");
    await waitForText(app.url, /^Error: At the top/);
    await Deno.writeTextFile(path, ONE_ERROR);
    await waitForText(`${app.url}/ok`, /^ok$/);
    assertMatch(await getText(app.url), /^Internal Server Error/);
    assert(!/PIN|Module not found/.test(app.child.stderr), app.child.stderr);
  });
});

Deno.test("commandLine() tells clients nothing with --no-debugger", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--no-debugger"], {
    cwd: folder.path,
  });
  for (const accept of ["text/html", "application/json", "*/*"]) {
    const response = await fetch(app.url, { headers: { accept } });
    assertEquals(response.status, 500);
    const text = await response.text();
    assert(!/Marked|app\.js|throw/.test(text), text);
  }
  const list = await fetch(`${app.url}/__devserve/errors`);
  assert(!/Marked/.test(await list.text()));
  await app.child.waitFor(/Error in GET \/: Error: Marked/, "stderr");
});

Deno.test("commandLine() shows errors without consoles with --no-evalex", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--no-evalex"], {
    cwd: folder.path,
  });
  const page = await getPage(app.url);
  assert(!/Open console|"token"|href="http:/.test(page));
  const [frame] = ownFrames(page);
  assertEquals(frame?.variables.user, '{ name: "ann", tags: ["x", "y"] }');
  assertMatch(frame?.variables.password ?? "", /^<hidden/);
  assert(!/PIN/.test(app.child.stderr));
  const console = await fetch(`${app.url}/__devserve/console`);
  assertEquals(console.status, 404);
  await console.body?.cancel();
});

/** Requests the page of an error under the name of a host. */
async function getAs(url: string, host: string): Promise<string> {
  const { port } = new URL(url);
  const { body } = await rawRequest(
    Number(port),
    `GET / HTTP/1.1\r\nhost: ${host}\r\naccept: text/html\r\nconnection: close\r\n\r\n`,
  );
  return body;
}

Deno.test("commandLine() shows no errors in the network", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--host", "0.0.0.0"], {
    cwd: folder.path,
  });
  for (const host of ["localhost", "127.0.0.1", "evil.test"]) {
    assert(!/Marked|app\.js/.test(await getAs(app.url, host)), host);
  }
  assert(!/PIN/.test(app.child.stderr));
});

Deno.test("commandLine() shows errors in the network under allowed names alone", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  const hosts = ["--host", "0.0.0.0", "--allowed-host", "dev.example"];
  await using app = await serve(["app.js", ...hosts], { cwd: folder.path });
  const { port } = new URL(app.url);
  for (const host of ["dev.example", `dev.example:${port}`, "localhost"]) {
    assertStringIncludes(await getAs(app.url, host), "Marked 1ann13", host);
  }
  for (const host of ["evil.test", "x.dev.example", "192.0.2.1"]) {
    assert(!/Marked|app\.js/.test(await getAs(app.url, host)), host);
  }
});

Deno.test("commandLine() shows no errors to a foreign host that is served", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--allowed-host", "*"], {
    cwd: folder.path,
  });
  assertStringIncludes(await getAs(app.url, "localhost"), "Marked 1ann13");
  for (
    const host of ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test"]
  ) {
    const body = await getAs(app.url, host);
    assert(!/Marked|app\.js/.test(body), host);
  }
});

Deno.test("commandLine() asks for no PIN with --debug-pin off", async (t) => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  const ways: [string, string[], Record<string, string>][] = [
    ["as a flag", ["--debug-pin", "off"], {}],
    ["as a variable", [], { DEVSERVE_DEBUG_PIN: "off" }],
  ];
  for (const [how, args, env] of ways) {
    await t.step(how, async () => {
      await using app = await serve(["app.js", "--no-reload", ...args], {
        cwd: folder.path,
        env,
      });
      assert(!/PIN/.test(app.child.stderr));
      const console = await followToConsole(await getPage(app.url));
      assertEquals(await runIn(console, "", 0, "password"), '"hunter2-value"');
    });
  }
});

Deno.test("commandLine() takes the PIN from DEVSERVE_DEBUG_PIN", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--no-reload"], {
    cwd: folder.path,
    env: { DEVSERVE_DEBUG_PIN: "4711" },
  });
  assertStringIncludes(app.child.stderr, "PIN      4711  ");
  const console = await followToConsole(await getPage(app.url));
  assert(await givePin(console, "4711") !== "");
});

const WRONG: [args: string[], env?: Record<string, string>][] = [
  [["--debug-pin", "123"]],
  [["--debug-pin", "none"]],
  [["--debug-pin", "1234-"]],
  [["--debug-pin", "12--34"]],
  [["--debug-pin", "1".repeat(33)]],
  [[], { DEVSERVE_DEBUG_PIN: "secret" }],
  [["--editor", "nano"]],
  [["--editor", "javascript:{path}"]],
  [["--debug-package"]],
];

for (const [args, env = {}] of WRONG) {
  const what = [...args, ...Object.keys(env)].join(" ");
  Deno.test(`commandLine() exits with 2 at ${what}`, async () => {
    using folder = makeFolder({ "app.js": ONE_ERROR });
    await using child = startDebugged(
      // Ends also where it is taken for right.
      ["app.js", "--no-reload", "-p", "0", ...args],
      { cwd: folder.path, env },
    );
    const started = child.waitFor(/Press Ctrl-C/, "stderr")
      .then(() => ({ code: "still runs" }), () => child.status);
    const { code } = await started;
    assertEquals(code, 2, child.stderr);
    assertMatch(child.stderr, /^Cannot use /);
    // The terminal may be seen by others, and its output kept.
    assert(!/secret|1111|12--34/.test(child.stderr), child.stderr);
  });
}

Deno.test("commandLine() opens files in the editor that is named", async () => {
  using folder = makeFolder({ "app.js": ONE_ERROR });
  await using app = await serve(["app.js", "--no-reload", "--editor", "zed"], {
    cwd: folder.path,
  });
  const path = await Deno.realPath(folder.path);
  assertStringIncludes(
    await getPage(app.url),
    `href="zed://file/${path}/app.js:8:9"`.replace("file//", "file/"),
  );
});

const PACKAGE_APP = `
import { charge } from "shop";
export default () => {
  charge(21);
};
`;
const PACKAGE = `
exports.charge = function charge(euros) {
  const cents = euros * 100;
  throw new Error("Cannot charge " + cents);
};
`;

Deno.test("commandLine() looks into the frames of --debug-package", async (t) => {
  using folder = makeFolder({
    "app.ts": PACKAGE_APP,
    "package.json": '{ "dependencies": { "shop": "1.0.0" } }',
    "deno.json": '{ "nodeModulesDir": "manual" }',
  });
  const shop = `${folder.path}/node_modules/shop`;
  await Deno.mkdir(shop, { recursive: true });
  await Deno.writeTextFile(`${shop}/index.js`, PACKAGE);
  await Deno.writeTextFile(
    `${shop}/package.json`,
    '{ "name": "shop", "version": "1.0.0", "main": "index.js" }',
  );
  for (const isNamed of [true, false]) {
    await t.step(isNamed ? "named" : "not named", async () => {
      const args = isNamed ? ["--debug-package", "shop"] : [];
      await using app = await serve(["app.ts", ...args], {
        cwd: folder.path,
      });
      const page = await getPage(app.url);
      assertStringIncludes(page, "Cannot charge 2100");
      assertEquals(/>cents<\/span>: .{1,60}>2100</.test(page), isNamed);
    });
  }
});

const PROGRAM = `
import { runSimple } from ${JSON.stringify(DEVSERVE)};

function fail(request: Request): Response {
  const path = new URL(request.url).pathname;
  throw new Error("Coded " + path);
}

await runSimple("127.0.0.1", 0, fail, { useDebugger: true, RELOAD });
`;

for (const useReloader of [true, false]) {
  Deno.test(`runSimple() shows errors with useReloader: ${useReloader}`, async () => {
    using folder = makeFolder({
      "main.ts": PROGRAM.replace("RELOAD", `useReloader: ${useReloader}`),
    });
    await using child = startDebugged([], {
      cwd: folder.path,
      flags: ["--config", CONFIG],
      program: "main.ts",
      env: { DEVSERVE_DEBUG_PIN: "4711" },
    });
    const url = await servedAt(child);
    await child.waitFor(/PIN +4711/, "stderr");
    const page = await getPage(url);
    assertStringIncludes(page, "Coded /");
    const [frame] = ownFrames(page);
    assertEquals(frame?.name, "fail");
    // A program that runs already can only be looked into by its next process.
    assertEquals(frame?.variables.path, useReloader ? '"/"' : undefined);
  });
}

const EXPOSED = PROGRAM.replace('"127.0.0.1"', '"0.0.0.0"');

for (
  const [more, isShown] of [
    ["", false],
    ['allowedHosts: ["dev.example"]', true],
    ['allowedHosts: ["*"]', false],
  ] as const
) {
  Deno.test(`runSimple() shows errors in the network with { ${more} }: ${isShown}`, async () => {
    using folder = makeFolder({ "main.ts": EXPOSED.replace("RELOAD", more) });
    await using child = startDebugged([], {
      cwd: folder.path,
      flags: ["--config", CONFIG],
      program: "main.ts",
    });
    const url = await servedAt(child);
    assertEquals(/Coded/.test(await getAs(url, "dev.example")), isShown);
    assert(!/Coded/.test(await getAs(url, "evil.test")));
    const isWarned = /Errors are not shown to clients/.test(child.stderr);
    assertEquals(isWarned, more === "");
  });
}

for (const useReloader of [false, true]) {
  Deno.test(`runSimple() refuses a wrong DEVSERVE_DEBUG_PIN with useReloader: ${useReloader}`, async () => {
    using folder = makeFolder({
      "main.ts": PROGRAM.replace("RELOAD", `useReloader: ${useReloader}`),
    });
    await using child = startDebugged([], {
      cwd: folder.path,
      flags: ["--config", CONFIG],
      program: "main.ts",
      env: { DEVSERVE_DEBUG_PIN: "no-digits" },
    });
    // Either it is told and is the end, or the server starts as if all were well.
    const code = await child.waitFor(/Press Ctrl-C|Cannot serve/, "stderr")
      .then(() => "still runs", async () => (await child.status).code);
    assertEquals(code, 1, child.stderr);
    assertMatch(child.stderr, /DEVSERVE_DEBUG_PIN|digits/);
  });
}
