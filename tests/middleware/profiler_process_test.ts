import {
  assertEquals,
  assertFalse,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { type ChildProcess, startProcess } from "../_process.ts";
import { temporaryFolder } from "./_profiled_server.ts";

const PROFILER = import.meta.resolve("../../middleware/profiler/profiler.ts");

const APP = `import { profiler } from "${PROFILER}";

interface Unused {
  field: string;
}

enum Level { Low, High }

export function spin(n: number): number {
  return n < Level.High + 1 ? n : spin(n - 1) + spin(n - 2);
}

const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  profiler(() => new Response(String(spin(30)))),
);
const response = await fetch("http://127.0.0.1:" + server.addr.port);
console.log(await response.text(), response.headers.get("server-timing"));
await server.shutdown();
`;

/** Runs an app with an import map of its own, which has no `@std`. */
async function run(flags: string[]): Promise<ChildProcess> {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/deno.json`, "{}");
  await Deno.writeTextFile(`${folder.path}/main.ts`, APP);
  const child = startProcess(
    [Deno.execPath(), "run", "--no-prompt", ...flags, "main.ts"],
    { cwd: folder.path },
  );
  assertEquals((await child.finished()).code, 0, child.stderr);
  return child;
}

Deno.test("profiler() writes to standard error by default, of a project of its own", async () => {
  const child = await run(["--allow-net=127.0.0.1", "--allow-sys"]);
  assertMatch(child.stdout, /^832040 total;dur=/);
  // The line of the source: what runs has no interface, and the enum is longer.
  assertMatch(child.stderr, /\d {2}spin \(.*main\.ts:9:\d+\)\n/);
});

Deno.test("profiler() says that it is not permitted, and asks nobody", async () => {
  const child = await run(["--allow-net=127.0.0.1"]);
  assertStringIncludes(
    child.stdout,
    'profile;desc="skipped: no profile can be taken"',
  );
  assertEquals(
    child.stderr.trimEnd(),
    'Cannot profile requests: Cannot use the inspector as it requires --allow-sys: current state of the permission is "prompt"',
  );
});

Deno.test("profiler() loads no code of the inspector before the first request", async () => {
  await using child = startProcess(
    [Deno.execPath(), "info", "--json", PROFILER],
  );
  assertEquals((await child.finished()).code, 0, child.stderr);
  const { modules }: { modules: GraphModule[] } = JSON.parse(child.stdout);
  const loaded = new Set([PROFILER]);
  for (const url of loaded) {
    const dependencies = modules.find(({ specifier }) => specifier === url)
      ?.dependencies ?? [];
    for (const { code, isDynamic } of dependencies) {
      if (code?.specifier && !isDynamic) loaded.add(code.specifier);
    }
  }
  assertFalse([...loaded].some((url) => url.startsWith("node:")));
  const names = [...loaded].map((url) => url.slice(url.lastIndexOf("/") + 1));
  assertFalse(names.includes("_profile_session.ts"), names.join());
  assertStringIncludes(child.stdout, '"node:inspector/promises"');
});

interface GraphModule {
  specifier: string;
  dependencies?: { code?: { specifier?: string }; isDynamic?: boolean }[];
}
