// deno-lint-ignore-file no-console -- it prints what it measures
/**
 * Measures what a save costs: with devserve, and with other tools that reload, in
 * turn in one run. Needs Linux and npm; takes about five minutes for each app.
 *
 *     deno run -A tests/bench/reload.ts [rounds] [--quick] [--idle=seconds]
 *       [--only=devserve,bun-hot] [--apps=small,hundred,thousand,hono]
 *       [--main=path of another devserve] [--no-load] [--loud]
 */
import { parseArgs } from "@std/cli/parse-args";
import { APPS } from "./reload/_apps.ts";
import {
  type Figures,
  measureIdle,
  measureQuickSaves,
  measureSaves,
  measureUnderLoad,
  noFigures,
} from "./reload/_measure.ts";
import { printFigures } from "./reload/_print.ts";
import { killTree, processTree } from "./reload/_process_tree.ts";
import { coldStart, RunningTool } from "./reload/_running_tool.ts";
import { MAIN, type ReloadTool, reloadTools } from "./reload/_tools.ts";

const MAX_COLD_STARTS = 15;

const flags = parseArgs(Deno.args, {
  boolean: ["quick", "loud", "load"],
  string: ["only", "apps", "main", "idle"],
  negatable: ["load"],
  default: { load: true, main: MAIN, apps: Object.keys(APPS).join(",") },
});
const rounds = Number(flags._[0] ?? (flags.quick ? 5 : 20));
const idleSeconds = Number(flags.idle ?? (flags.quick ? 5 : 30));

async function install(folder: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/package.json`, "{}");
  const { success } = await new Deno.Command("npm", {
    args: ["install", "--no-audit", "--no-fund", "--loglevel=error"]
      .concat("bun", "nodemon", "hono"),
    cwd: folder,
    stdout: "null",
  }).output();
  if (!success) throw new Error("Cannot install Bun, nodemon and Hono by npm");
}

async function measure(
  name: string,
  tools: readonly ReloadTool[],
  npm: string,
): Promise<void> {
  const shape = APPS[name];
  if (shape === undefined) throw new Error(`Cannot measure "${name}"`);
  const all = new Map<RunningTool, Figures>();
  try {
    for (const tool of tools) {
      if (tool.without?.includes(name)) continue;
      try {
        all.set(await RunningTool.start(tool, shape, npm), noFigures());
      } catch (error) {
        console.log(`${name}: ${error}`);
      }
    }
    await measureSaves(all, rounds);
    for (const [running, figures] of all) {
      await measureQuickSaves(running, figures, rounds);
    }
    if (idleSeconds > 0) await measureIdle(all, idleSeconds);
    if (flags.load) {
      for (const [running, figures] of all) {
        await measureUnderLoad(running, figures, rounds);
      }
    }
  } finally {
    for (const running of all.keys()) await running[Symbol.asyncDispose]();
  }
  const figuresByName = new Map(
    [...all].map(([{ tool }, figures]) => [tool.name, figures]),
  );
  const cold = await coldStart(shape, Math.min(rounds, MAX_COLD_STARTS));
  printFigures(name, shape, figuresByName, cold, (line) => console.log(line));
}

/** Leaves nothing running when the bench is stopped. */
function stop(): void {
  for (const pid of processTree(Deno.pid).slice(1)) killTree(pid);
  Deno.removeSync(folder, { recursive: true });
  Deno.exit(1);
}

const folder = await Deno.makeTempDir({ prefix: "devserve-bench-" });
Deno.addSignalListener("SIGINT", stop);
Deno.addSignalListener("SIGTERM", stop);
try {
  await install(folder);
  const tools = reloadTools({
    devserve: await Deno.realPath(flags.main),
    npm: folder,
    programs: `${folder}/programs`,
  }, (text) => console.log(text));
  const only = flags.only?.split(",");
  const chosen = tools.filter(({ name }) => only?.includes(name) ?? true);
  console.log(`${rounds} saves of each kind`);
  for (const name of flags.apps.split(",")) await measure(name, chosen, folder);
} finally {
  Deno.removeSignalListener("SIGINT", stop);
  Deno.removeSignalListener("SIGTERM", stop);
  await Deno.remove(folder, { recursive: true });
}
