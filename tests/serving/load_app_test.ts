import { assert, assertEquals, assertRejects } from "@std/assert";
import { toFileUrl } from "@std/path/to-file-url";
import { join } from "@std/path/join";
import { loadApp, type LoadedApp } from "../../serving/load_app.ts";
import { answer, rejection, TESTDATA, withFiles } from "./_load_fixtures.ts";

function load(importString: string): Promise<LoadedApp> {
  return loadApp(importString, { cwd: TESTDATA });
}

/** Loads a module of this text. */
async function withModule(
  text: string,
  test: (load: (name?: string) => Promise<LoadedApp>) => Promise<void>,
): Promise<void> {
  await withFiles({ "app.ts": text }, async (cwd) => {
    await test((name = "") => loadApp(`app.ts${name}`, { cwd }));
  });
}

Deno.test("loadApp() takes an object with fetch as it is", async () => {
  const { app, name, specifier } = await load("default_fetch.ts");
  assert(typeof app === "object");
  assertEquals(await answer(app), "default fetch");
  app.onListen?.({ transport: "unix", path: "/x" });
  assertEquals(await answer(app), "listening on unix");
  assertEquals(name, "default");
  assertEquals(
    specifier,
    toFileUrl(join(TESTDATA, "default_fetch.ts")).href,
  );
});

Deno.test("loadApp() takes the parts of an import string", async () => {
  const { app } = await loadApp(
    { specifier: "factory.ts", name: "build", args: [1] },
    { cwd: TESTDATA },
  );
  assertEquals(await answer(app), "build [1]");
});

Deno.test("loadApp() takes a path, a file URL and a data URL", async () => {
  const path = join(TESTDATA, "default_fetch.ts");
  const data = `data:text/javascript,export default () => new Response("x:y")`;
  for (const module of [path, toFileUrl(path).href, data]) {
    assertEquals((await loadApp(module)).name, "default");
  }
});

Deno.test("loadApp() takes a path with spaces, brackets and Unicode", async () => {
  const name = "ünï (1) #50%/a b.ts";
  const files = { [name]: `export const app = () => new Response("odd path")` };
  await withFiles(files, async (cwd) => {
    const { app, specifier } = await loadApp(`${name}:app`, { cwd });
    assertEquals(await answer(app), "odd path");
    assertEquals(specifier, toFileUrl(join(cwd, name)).href);
  });
});

Deno.test("loadApp() takes the first of the usual names that is an app", async () => {
  const { app, name } = await load("names.ts");
  assertEquals(name, "application");
  assertEquals(await answer(app), "application, later");
});

Deno.test("loadApp() calls a factory that is not named without arguments", async () => {
  const { app, name } = await load("factory.ts");
  assertEquals(name, "createApp");
  assertEquals(await answer(app), "[]");
});

Deno.test("loadApp() calls factories of every usual name", async () => {
  for (const name of ["createApp", "makeApp", "create_app", "make_app"]) {
    const text = `export async function ${name}() {
      return () => new Response("made");
    }`;
    await withModule(text, async (load) => {
      for (const part of ["", `:${name}`, `:${name}()`]) {
        const loaded = await load(part);
        assertEquals(loaded.name, name);
        assertEquals(await answer(loaded.app), "made");
      }
    });
  }
});

Deno.test("loadApp() calls a default export declared as a factory", async () => {
  const text = `export default function createApp() {
    return () => new Response("made");
  }`;
  await withModule(text, async (load) => {
    assertEquals(await answer((await load()).app), "made");
  });
});

Deno.test("loadApp() calls what has parentheses with the arguments", async () => {
  const { app, name } = await load("factory.ts:build('dev', [1], debug=True)");
  assertEquals(name, "build");
  assertEquals(await answer(app), `build ["dev",[1],{"debug":true}]`);
});

Deno.test("loadApp() serves a named function, and does not call it", async () => {
  const { app } = await load("names.ts:handler");
  assertEquals(await answer(app), "handler");
});

Deno.test("loadApp() makes objects of classes", async () => {
  const cases: [importString: string, answer: string][] = [
    ["classes.ts", "a method"],
    ["classes.ts:MethodApp", "a method"],
    ["classes.ts:MethodApp('an argument')", "an argument"],
    ["classes.ts:FieldApp", "a field"],
    ["classes.ts:FieldApp()", "a field"],
    ["classes.ts:StaticApp", "a static method"],
  ];
  for (const [importString, expected] of cases) {
    assertEquals(await answer((await load(importString)).app), expected);
  }
});

Deno.test("loadApp() takes the app file of a folder", async () => {
  const files = {
    "blog/main.ts": `export default () => new Response("main")`,
    "blog/server.ts": `export default () => new Response("server")`,
  };
  await withFiles(files, async (cwd) => {
    for (const folder of ["blog", "blog/", "./blog", join(cwd, "blog")]) {
      const { app, specifier } = await loadApp(folder, { cwd });
      assertEquals(await answer(app), "main");
      assertEquals(specifier, toFileUrl(join(cwd, "blog/main.ts")).href);
    }
  });
});

Deno.test("loadApp() takes the default export of compiled CommonJS", async () => {
  const files = {
    "app.cjs": `Object.defineProperty(exports, "__esModule", { value: true });
      exports.default = { fetch: () => new Response("compiled") };`,
  };
  await withFiles(files, async (cwd) => {
    const { app } = await loadApp("app.cjs", { cwd });
    assertEquals(await answer(app), "compiled");
  });
});

Deno.test("loadApp() takes a Hono app", async () => {
  const text = `import { Hono } from "npm:hono@^4";
    const app = new Hono();
    app.get("/", (context) => context.text("served by Hono"));
    export default app;`;
  await withModule(text, async (load) => {
    assertEquals(await answer((await load()).app), "served by Hono");
  });
});

Deno.test("loadApp() takes an oak app", async () => {
  const text = `import { Application } from "npm:@oakserver/oak@^14";
    export const app = new Application();
    app.use((context) => { context.response.body = "served by oak"; });`;
  await withModule(text, async (load) => {
    assertEquals(await answer((await load(":app")).app), "served by oak");
  });
});

Deno.test("loadApp() takes an app that has every method, then among them", async () => {
  const text = `import { AutoRouter } from "npm:itty-router@^5";
    const router = AutoRouter();
    router.get("/", () => "served by itty-router");
    export { router as default, router as named };
    export const createApp = () => router;`;
  await withModule(text, async (load) => {
    for (const part of ["", ":named", ":createApp", ":createApp()"]) {
      const { app } = await load(part);
      assertEquals(await answer(app), '"served by itty-router"');
    }
  });
});

Deno.test("loadApp() throws TypeError when an app is in the style of Node", async () => {
  const modules = [
    `import express from "npm:express@^5"; export const app = express();`,
    `import Koa from "npm:koa@^3"; export const app = new Koa();`,
    `import { createServer } from "node:http"; export const app = createServer();`,
    `export function app(req, res, next) { res.end("hi"); }`,
  ];
  for (const text of modules) {
    await withModule(text, async (load) => {
      for (const part of ["", ":app"]) {
        await assertRejects(
          () => load(part),
          TypeError,
          "in the style of Node (Express, Koa, Fastify), which writes to a response object and is started with a listen() of its own, expected a function from a Request to a Response",
        );
      }
    });
  }
});

Deno.test("loadApp() throws TypeError listing the exports when none is an app", async () => {
  const error = await assertRejects(() => load("no_app.ts"), TypeError);
  assertEquals(
    error.message,
    'Cannot find an app in "no_app.ts": none of its exports is called default, app, application, handler, createApp, makeApp, expected a function from a Request to a Response or an object with a fetch method; it exports Model (class), PORT (number), routes (object), setup (function), name it as in "no_app.ts:setup"',
  );
});

Deno.test("loadApp() throws TypeError when a module exports nothing", async () => {
  await assertRejects(
    () => load("empty.ts"),
    TypeError,
    'Cannot find an app in "empty.ts": none of its exports is called default',
  );
  await assertRejects(
    () => load("empty.ts:app"),
    TypeError,
    'Cannot find "app" in "empty.ts": it exports nothing',
  );
});

Deno.test("loadApp() throws TypeError saying what the default export is", async () => {
  await withModule("export default { routes: [] };", async (load) => {
    await assertRejects(
      () => load(),
      TypeError,
      'Cannot find an app in "app.ts": its export "default" is an object, expected a function',
    );
  });
});

Deno.test("loadApp() throws TypeError naming the nearest export when one is missing", async () => {
  await assertRejects(
    () => load("no_app.ts:setUp"),
    TypeError,
    'Cannot find "setUp" in "no_app.ts": it exports Model (class), PORT (number), routes (object), setup (function), the nearest is "setup"',
  );
  // Not own properties of a module, nor of anything it has.
  for (const name of ["toString", "constructor", "__proto__"]) {
    await assertRejects(
      () => load(`no_app.ts:${name}`),
      TypeError,
      "Cannot find",
    );
  }
});

Deno.test("loadApp() throws TypeError when the named export is no app", async () => {
  const cases: [importString: string, message: string][] = [
    ["names.ts:PORT", `its export "PORT" is a number`],
    ["names.ts:nothing", `its export "nothing" is undefined`],
    ["names.ts:app", `its export "app" is a string`],
    ["names.ts:default", `its export "default" is an object`],
    ["classes.ts:Repository", "is a class of objects without a fetch method"],
  ];
  for (const [importString, message] of cases) {
    await assertRejects(() => load(importString), TypeError, message);
  }
});

Deno.test("loadApp() throws TypeError saying what a factory returned", async () => {
  await assertRejects(
    () => load("factory.ts:makeNothing()"),
    TypeError,
    'Cannot serve "makeNothing" of "factory.ts": what makeNothing() returned is undefined, expected a function',
  );
  await withModule("export const createApp = () => 1", async (load) => {
    await assertRejects(
      () => load(),
      TypeError,
      'Cannot find an app in "app.ts": what createApp() returned is a number',
    );
  });
});

Deno.test("loadApp() throws TypeError when what is called is no function", async () => {
  await assertRejects(
    () => load("factory.ts:HOST()"),
    TypeError,
    'Cannot call "HOST" of "factory.ts": it is a string',
  );
});

Deno.test("loadApp() passes on the error of a factory", async () => {
  await assertRejects(
    () => load("factory.ts:makeError()"),
    TypeError,
    "inside the factory",
  );
});

Deno.test("loadApp() passes on whatever a module throws", async () => {
  const modules = {
    "error.ts": "throw Object.assign(new Error('mine'), { mine: 1 })",
    "later.ts": "await null; throw 'a string'",
    "nothing.ts": "throw undefined",
    "promise.ts": "export const app = Promise.reject('a promise')",
    "class.ts": "export class App { constructor() { throw 'a class' } }",
  };
  await withFiles(modules, async (cwd) => {
    const thrown = (module: string) => rejection(loadApp(module, { cwd }));
    assertEquals(Reflect.get(await thrown("error.ts") as Error, "mine"), 1);
    assertEquals(await thrown("later.ts"), "a string");
    assertEquals(await thrown("nothing.ts"), undefined);
    assertEquals(await thrown("promise.ts:app"), "a promise");
    assertEquals(await thrown("class.ts:App"), "a class");
  });
});

Deno.test("loadApp() throws SyntaxError when the import string is none", async () => {
  await assertRejects(() => load("app.ts:a.b"), SyntaxError, `"a.b"`);
});

Deno.test("loadApp() throws NotFound naming the nearest file", async () => {
  const files = { "app.ts": "", "apple.js": "", "app.txt": "", "b/x.ts": "" };
  await withFiles(files, async (cwd) => {
    const cases: [importString: string, message: string][] = [
      [
        "app",
        `Cannot load an app from "app": file does not exist, but "app.ts" does`,
      ],
      ["apps.ts:app", `"apps.ts": file does not exist, but "app.ts" does`],
      ["aple.js", `"aple.js": file does not exist, but "apple.js" does`],
      ["b/y.ts", `"b/y.ts": file does not exist, but "b/x.ts" does`],
      ["c/app.ts", `"c/app.ts": there is no folder "c"`],
      ["app.ts/x.ts", `"app.ts/x.ts": there is no folder "app.ts"`],
    ];
    for (const [importString, message] of cases) {
      const error = await assertRejects(
        () => loadApp(importString, { cwd }),
        Deno.errors.NotFound,
      );
      const shown = error.message.replaceAll("\\", "/");
      assertEquals(shown.slice(-message.length), message);
    }
    const { message } = await assertRejects(
      () => loadApp("nowhere-near-it.ts", { cwd }),
      Deno.errors.NotFound,
    );
    assertEquals(
      message,
      'Cannot load an app from "nowhere-near-it.ts": file does not exist',
    );
  });
});

Deno.test("loadApp() throws NotFound when a folder has no app file", async () => {
  await withFiles({ "static/index.html": "" }, async (cwd) => {
    await assertRejects(
      () => loadApp("static", { cwd }),
      Deno.errors.NotFound,
      `Cannot find an app in the folder "${join(cwd, "static")}"`,
    );
  });
});

Deno.test("loadApp() takes what a module serves when asked to", async () => {
  const { app, name, closed } = await loadApp("serves.ts", {
    cwd: TESTDATA,
    catchServe: true,
  });
  assertEquals(name, "Deno.serve");
  assertEquals(await answer(app), "served by Deno.serve");
  assert(closed instanceof Promise);
});

Deno.test("loadApp() does not wait for a module that waits for its server", async () => {
  const { app, name, close } = await loadApp("serves_and_waits.ts", {
    cwd: TESTDATA,
    catchServe: true,
  });
  assertEquals(name, "Deno.serve");
  assertEquals(await answer(app), "served and awaited");
  // Lets the module come to its end.
  close?.();
});

Deno.test("loadApp() prefers an export to what a module serves", async () => {
  const { app, name, ignored, closed } = await loadApp(
    "serves_and_exports.ts",
    { cwd: TESTDATA, catchServe: true },
  );
  assertEquals(name, "app");
  assertEquals(await answer(app), "exported");
  assertEquals(ignored, "Deno.serve");
  assertEquals(closed, undefined);
});

Deno.test("loadApp() ignores nothing when a module serves its own export", async () => {
  const text = `export const app = { fetch: () => new Response("same") };
    Deno.serve(app.fetch);`;
  await withFiles({ "app.ts": text }, async (cwd) => {
    const { ignored } = await loadApp("app.ts", { cwd, catchServe: true });
    assertEquals(ignored, undefined);
  });
});
