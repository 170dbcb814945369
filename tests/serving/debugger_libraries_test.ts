import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../serving/_version.ts";
import {
  followToConsole,
  getPage,
  ownFrames,
  runIn,
  startDebugged,
} from "../_debugged_app.ts";
import { makeFolder, servedAt } from "../_devserve.ts";
import type { ChildProcess } from "../_process.ts";

const APP = `
export default function handle() {
  const found = 6 * 7;
  throw new Error("Found " + found);
}
`;

const isLinux = Deno.build.os === "linux";

/** All files below a folder, in order. */
function filesIn(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? filesIn(`${folder}/${name}`, `${prefix}${name}/`)
      : [`${prefix}${name}`]
  ).sort();
}

async function start(
  home: string,
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ child: ChildProcess; url: string }> {
  const child = startDebugged(["app.ts", "-p", "0", "--debug-pin", "off"], {
    cwd,
    home,
    env,
  });
  try {
    await child.waitFor(/Press Ctrl-C/, "stderr");
    return { child, url: await servedAt(child) };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** What a page shows of the app above. */
async function foundIn(url: string): Promise<unknown> {
  return ownFrames(await getPage(url))[0]?.variables.found;
}

Deno.test(
  "debuggerLibraries() copies what is needed once, for this user alone",
  {
    ignore: !isLinux,
  },
  async () => {
    using home = makeFolder({});
    using folder = makeFolder({ "app.ts": APP });
    const cache = `${home.path}/.cache/devserve/${VERSION}`;
    {
      const { child, url } = await start(home.path, folder.path);
      await using _ = child;
      assertEquals(await foundIn(url), "42");
      const console = await followToConsole(await getPage(url));
      assertEquals(await runIn(console, "", 0, "found + 1"), "43");
    }
    const files = filesIn(cache);
    assert(files.includes("acorn.mjs"));
    assert(files.includes("speed-highlight/index.js"));
    assert(
      files.some((name) => /^speed-highlight\/languages\/ts\./.test(name)),
    );
    assert(files.some((name) => /^instrumented\/.+\.js$/.test(name)));
    assertEquals(files.filter((name) => /tmp|draft/.test(name)), []);
    assertEquals(filesIn(folder.path).length, 1);
    // Instrumented sources have the text of the app in them.
    const mode = (await Deno.stat(`${cache}/instrumented`)).mode! & 0o777;
    assertEquals(mode, 0o700);

    const { mtime } = await Deno.stat(`${cache}/acorn.mjs`);
    const { child, url } = await start(home.path, folder.path);
    await using _ = child;
    assertEquals(await foundIn(url), "42");
    assertEquals((await Deno.stat(`${cache}/acorn.mjs`)).mtime, mtime);
  },
);

Deno.test(
  "debuggerLibraries() leaves the lockfile and the packages of the app alone",
  {
    ignore: !isLinux,
  },
  async () => {
    using home = makeFolder({});
    const lock = '{\n  "version": "5"\n}\n';
    using folder = makeFolder({
      "app.ts": APP,
      "deno.json":
        '{ "nodeModulesDir": "manual", "lock": { "path": "deno.lock", "frozen": true } }',
      "package.json": "{}",
      "deno.lock": lock,
    });
    const { child, url } = await start(home.path, folder.path);
    await using _ = child;
    assertEquals(await foundIn(url), "42");
    assertEquals(filesIn(folder.path), [
      "app.ts",
      "deno.json",
      "deno.lock",
      "package.json",
    ]);
    assertEquals(await Deno.readTextFile(`${folder.path}/deno.lock`), lock);
  },
);

Deno.test("debuggerLibraries() is done without if nothing can be written", {
  ignore: !isLinux,
}, async () => {
  using home = makeFolder({ ".cache": "a file, and so no folder" });
  using folder = makeFolder({ "app.ts": APP });
  const { child, url } = await start(home.path, folder.path);
  await using _ = child;
  const [warning = ""] = await child.waitFor(
    /Errors are shown without variables\..*\n/,
    "stderr",
  );
  assertStringIncludes(warning, "Cannot get the libraries of the debugger: ");
  assert(!/PIN/.test(child.stderr));
  const page = await getPage(url);
  assertStringIncludes(page, "Found 42");
  assert(!page.includes("Open console"));
  assertEquals(await foundIn(url), undefined);
});

Deno.test("debuggerLibraries() ignores a relative XDG_CACHE_HOME", {
  ignore: !isLinux,
}, async () => {
  using home = makeFolder({});
  using folder = makeFolder({ "app.ts": APP });
  const { child, url } = await start(home.path, folder.path, {
    XDG_CACHE_HOME: "cache",
  });
  await using _ = child;
  assertEquals(await foundIn(url), "42");
  assertEquals(filesIn(folder.path), ["app.ts"]);
  assert(filesIn(`${home.path}/.cache/devserve`).length > 0);
});

Deno.test(
  "debuggerLibraries() has two first starts at a time not disturb each other",
  {
    ignore: !isLinux,
  },
  async () => {
    using home = makeFolder({});
    using folder = makeFolder({ "app.ts": APP });
    const started = await Promise.all([
      start(home.path, folder.path),
      start(home.path, folder.path),
    ]);
    try {
      for (const { url } of started) assertEquals(await foundIn(url), "42");
    } finally {
      await Promise.all(started.map(({ child }) => child.stop()));
    }
  },
);
