// The cases of Flask's and gunicorn's tests for finding an app, with modules of
// TypeScript in the place of Python's. Only inputs and outcomes are taken over.
//
// pallets/flask, tests/test_cli.py (find_best_app, prepare_import, locate_app,
// ScriptInfo, load_dotenv) at 2ac89889f4cc330eabd50f295dcef02828522c69,
// BSD-3-Clause, copyright 2010 Pallets, in part copyright 2015 CERN
//
// benoitc/gunicorn, tests/test_util.py (import_app) at
// 65ac1a3a4c0aa00960968c720d6e6bd2ac32f1b9, MIT, copyright 2009-2026
// Benoît Chesneau, 2009-2015 Paul J. Davis
//
// Where devserve differs, and why:
// - A module is a file with its extension. There are no dotted module names and
//   no extension is guessed, since Deno guesses none; the error names the file.
// - An app is any function or object with `fetch`, not an instance of one class.
//   So the only instance in a module cannot be told from other exports: it has
//   to be named, and the error says how. For the same reason a function that is
//   named without parentheses is the app itself, unless it has a factory's name.
// - JavaScript calls a function with any number of arguments, so too few or too
//   many are no error of the call; what comes of it is the function's.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { toFileUrl } from "@std/path/to-file-url";
import { loadEnvFiles } from "../../serving/_env_file.ts";
import { findDefaultApp } from "../../serving/_find_default_app.ts";
import { loadApp } from "../../serving/load_app.ts";
import { answer, withFiles } from "../serving/_load_fixtures.ts";

/** An app that answers its name, as `Flask("name")` tells it. */
const FLASK = `function Flask(name) {
  return { fetch: () => new Response(name) };
}\n`;

/** Flask's tests/test_apps, as far as the cases need them. */
const TEST_APPS = {
  "cliapp/app.ts": `${FLASK} export const testapp = Flask("testapp");`,
  "cliapp/factory.ts": `${FLASK}
    export function create_app() { return Flask("app"); }
    export function create_app2(foo, bar) {
      return Flask(["app2", foo, bar].join("_"));
    }
    export function no_app() {}`,
  "cliapp/importerrorapp.ts": `${FLASK} throw new Error("import error");
    export const testapp = Flask("testapp");`,
  "cliapp/inner1/mod.ts": `${FLASK} export const app = Flask("inner1");`,
  "cliapp/message.txt": "So long, and thanks for all the fish.",
  "helloworld/hello.ts": `${FLASK} export const app = Flask("hello");`,
  "helloworld/server.ts": `export { app } from "./hello.ts";`,
};

/** gunicorn's tests/support.py. */
const SUPPORT = {
  "support.ts": `
    export const HOST = "127.0.0.1";
    export function create_app(name = "World", count = 1) {
      if (typeof name === "object") ({ name = "World", count = 1 } = name);
      return () => new Response(\`Hello, \${name}!\\n\`.repeat(count));
    }
    export const app = create_app();
    export const application = app;
    export const none_app = null;
    export function error_factory() { throw new TypeError("inner"); }`,
};

/** What the app answers that is found in a module of this text. */
async function findBestApp(text: string): Promise<string> {
  let name = "";
  await withFiles({ "module.ts": FLASK + text }, async (cwd) => {
    name = await answer((await loadApp("module.ts", { cwd })).app);
  });
  return name;
}

Deno.test("loadApp() finds the app of test_find_best_app", async () => {
  const modules = [
    'export const app = Flask("appname");',
    'export const application = Flask("appname");',
    'export function create_app() { return Flask("appname"); }',
    'export function create_app(options) { return Flask("appname"); }',
    'export function make_app() { return Flask("appname"); }',
    // Differs: Flask raises, as arguments are missing.
    'export function create_app(foo, bar) { return Flask("appname"); }',
    // Differs: Flask takes "myapp", the only instance.
    `export const myapp = Flask("other");
     export function create_app() { return Flask("appname"); }`,
  ];
  for (const text of modules) assertEquals(await findBestApp(text), "appname");
});

Deno.test("loadApp() throws in the cases of test_find_best_app", async () => {
  // Differs: Flask takes the only instance.
  await assertRejects(
    () => findBestApp('export const myapp = Flask("appname");'),
    TypeError,
    'name it as in "module.ts:myapp"',
  );
  await assertRejects(() => findBestApp(""), TypeError, "Cannot find an app");
  await assertRejects(
    () =>
      findBestApp(`export const myapp1 = Flask("appname1");
        export const myapp2 = Flask("appname2");`),
    TypeError,
    "it exports myapp1 (object), myapp2 (object)",
  );
  await assertRejects(
    () =>
      findBestApp(`export function create_app() {
        throw new TypeError("bad bad factory!");
      }`),
    TypeError,
    "bad bad factory!",
  );
});

Deno.test("loadApp() resolves the paths of test_prepare_import", async () => {
  const text = "export default () => new Response()";
  const files = {
    "test.ts": text,
    "a/test.ts": text,
    "test/mod.ts": text,
    "cliapp/inner1/mod.ts": text,
  };
  const cases: [value: string, path: string][] = [
    ["test.ts", "test.ts"],
    ["a/test.ts", "a/test.ts"],
    // A folder's module, as __init__.py is.
    ["test/mod.ts", "test/mod.ts"],
    ["test", "test/mod.ts"],
    ["cliapp/inner1", "cliapp/inner1/mod.ts"],
  ];
  await withFiles(files, async (cwd) => {
    for (const [value, path] of cases) {
      for (const start of ["", "./", `${cwd}/`]) {
        const { specifier } = await loadApp(start + value, { cwd });
        assertEquals(specifier, toFileUrl(join(cwd, path)).href);
      }
    }
    // Differs: these are names of Python modules.
    for (const value of ["a/test", "test/mod", "test.a.b", "cliapp.inner1"]) {
      await assertRejects(
        () => loadApp(value, { cwd }),
        Deno.errors.NotFound,
        `Cannot load an app from "${value.replace("/", join("/"))}"`,
      );
    }
  });
});

Deno.test("loadApp() loads the apps of test_locate_app", async () => {
  const cases: [importString: string, name: string][] = [
    ["cliapp/app.ts:testapp", "testapp"],
    ["cliapp/factory.ts", "app"],
    ["cliapp/factory.ts:create_app", "app"],
    ["cliapp/factory.ts:create_app()", "app"],
    ['cliapp/factory.ts:create_app2("foo", "bar")', "app2_foo_bar"],
    ['cliapp/factory.ts:create_app2("foo", "bar", )', "app2_foo_bar"],
    ["cliapp/factory.ts: create_app () ", "app"],
    // Differs: Flask raises, as an argument is missing.
    ['cliapp/factory.ts:create_app2("foo")', "app2_foo_"],
  ];
  await withFiles(TEST_APPS, async (cwd) => {
    for (const [importString, name] of cases) {
      const { app } = await loadApp(importString, { cwd });
      assertEquals(await answer(app), name, importString);
    }
  });
});

Deno.test("loadApp() throws in the cases of test_locate_app_raises", async () => {
  const { NotFound } = Deno.errors;
  const cases: [
    importString: string,
    error: new (...args: string[]) => Error,
    message: string,
  ][] = [
    ["notanapp.ts", NotFound, "file does not exist"],
    ["cliapp/app", NotFound, `app.ts" does`],
    ["cliapp/app.ts:notanapp", TypeError, `Cannot find "notanapp"`],
    ["cliapp/factory.ts:create_app(", SyntaxError, "they end"],
    // Differs: without parentheses, Flask calls this, too.
    [
      "cliapp/factory.ts:no_app()",
      TypeError,
      "what no_app() returned is undefined",
    ],
    ["cliapp/importerrorapp.ts", Error, "import error"],
    ["cliapp/message.txt", Error, "message.txt:1:4"],
    // Differs: Flask takes the only instance.
    ["cliapp/app.ts", TypeError, 'app.ts:testapp"'],
  ];
  await withFiles(TEST_APPS, async (cwd) => {
    for (const [importString, error, message] of cases) {
      await assertRejects(() => loadApp(importString, { cwd }), error, message);
    }
  });
});

Deno.test("loadApp() loads the apps of test_scriptinfo", async () => {
  await withFiles(TEST_APPS, async (cwd) => {
    const { app } = await loadApp(`${join(cwd, "cliapp/app.ts")}:testapp`);
    assertEquals(await answer(app), "testapp");
    // Without a name, from the folder.
    const folder = join(cwd, "helloworld");
    const found = await loadApp(await findDefaultApp(folder), { cwd: folder });
    assertEquals(await answer(found.app), "hello");
    await assertRejects(() => findDefaultApp(cwd), Deno.errors.NotFound);
  });
});

Deno.test("loadEnvFiles() sets the variables of test_load_dotenv", async () => {
  const files = {
    ".flaskenv": "FOO=flaskenv\nBAR=bar\nEGGS=0\n",
    ".env": "FOO=env\nSPAM=1\nEGGS=2\nHAM=火腿\n",
  };
  const values = { FOO: "env", BAR: "bar", SPAM: "1", HAM: "火腿" };
  await withFiles(files, async (folder) => {
    Deno.env.set("EGGS", "3");
    try {
      const paths = Object.keys(files).map((name) => join(folder, name));
      assertEquals(await loadEnvFiles(paths), values);
      const names = [...Object.keys(values), "EGGS"];
      assertEquals(
        names.map((name) => Deno.env.get(name)),
        [...Object.values(values), "3"],
      );
    } finally {
      [...Object.keys(values), "EGGS"].forEach((name) => Deno.env.delete(name));
    }
  });
});

Deno.test("loadApp() loads the apps of test_import_app_good", async () => {
  const cases: [importString: string, text: string][] = [
    ["support.ts", "Hello, World!\n"],
    ["support.ts:app", "Hello, World!\n"],
    ["support.ts:create_app()", "Hello, World!\n"],
    [
      "support.ts:create_app('Gunicorn', 3)",
      "Hello, Gunicorn!\nHello, Gunicorn!\nHello, Gunicorn!\n",
    ],
    // Keyword arguments come as one object.
    [
      "support.ts:create_app(count=3)",
      "Hello, World!\nHello, World!\nHello, World!\n",
    ],
  ];
  await withFiles(SUPPORT, async (cwd) => {
    for (const [importString, text] of cases) {
      const { app } = await loadApp(importString, { cwd });
      assertEquals(await answer(app), text, importString);
    }
  });
});

Deno.test("loadApp() throws in the cases of test_import_app_bad", async () => {
  const { NotFound } = Deno.errors;
  const cases: [
    importString: string,
    error: new (...args: string[]) => Error,
    message: string,
  ][] = [
    ["a.ts:app", NotFound, "file does not exist"],
    ["support.ts:create_app(", SyntaxError, "Cannot parse the arguments"],
    ["support.ts:create.app()", SyntaxError, "reaches into an export"],
    ["support.ts:create_app(Gunicorn)", SyntaxError, `there is "Gunicorn"`],
    ["support.ts:create.app", SyntaxError, "reaches into an export"],
    ["support.ts:wrong_app", TypeError, `Cannot find "wrong_app"`],
    // Differs: gunicorn says that the call has an argument too many.
    ["support.ts:error_factory(1)", TypeError, "inner"],
    ["support.ts:error_factory()", TypeError, "inner"],
    ["support.ts:none_app", TypeError, `its export "none_app" is null`],
    ["support.ts:HOST", TypeError, `its export "HOST" is a string`],
    // test_import_app_py_ext, where it is the extension that is too much.
    ["support", NotFound, 'but "support.ts" does'],
  ];
  await withFiles(SUPPORT, async (cwd) => {
    for (const [importString, error, message] of cases) {
      await assertRejects(() => loadApp(importString, { cwd }), error, message);
    }
  });
});
