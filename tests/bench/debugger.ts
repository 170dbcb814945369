// deno-lint-ignore-file no-console -- it prints what it measures
/**
 * Measures what the debugger's hook costs: requests per second as a ratio to
 * the same app without it, in turn in one run, and the time to start. Needs
 * wrk.
 *
 *     deno run -A tests/bench/debugger.ts [rounds] [seconds]
 */
import { toFileUrl } from "@std/path/to-file-url";
import { median } from "./_median.ts";

const [rounds = 5, seconds = 1] = Deno.args.map(Number);

/** What is measured, and the least ratio that is good enough. */
const PATHS: Record<string, number> = {
  hello: 0.9,
  awaits: 0.8,
  list: 0.95,
  loop: 0.5,
  floats: 0.5,
  primes: 0.5,
};

const FOLDER = Deno.makeTempDirSync({ prefix: "devserve-bench-" });
const APP = new URL("./debugger/app.ts", import.meta.url).href;
const SERVE = new URL("./debugger/serve.ts", import.meta.url).href;
const ACORN = import.meta.resolve("npm:acorn@^8");

/** Starts a module, with the arguments of the hook if it is to have it. */
async function start(module: string, ...hook: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SERVE, module, ...hook],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const [port = 0, milliseconds = NaN] = value.split(" ").map(Number);
  return {
    port,
    milliseconds,
    async stop() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

async function requestsPerSecond(port: number, path: string) {
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", "-c8", `-d${seconds}s`, `http://127.0.0.1:${port}/${path}`],
  }).output();
  const output = new TextDecoder().decode(stdout);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
}

async function measureThroughput(): Promise<void> {
  const plain = await start(APP);
  const debugged = await start(APP, "-", ACORN);
  console.log(`median of ${rounds} rounds of ${seconds} s, 8 connections`);
  for (const [path, wanted] of Object.entries(PATHS)) {
    const ratios: number[] = [];
    const rates: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const base = await requestsPerSecond(plain.port, path);
      const rate = await requestsPerSecond(debugged.port, path);
      // The first round warms up.
      if (round > 0) ratios.push(rate / base), rates.push(base);
    }
    console.log(
      `${path.padEnd(8)} ${median(rates).toFixed(0).padStart(7)} req/s plain  ${
        median(ratios).toFixed(3)
      } of it with the hook, at least ${wanted} wanted`,
    );
  }
  await plain.stop();
  await debugged.stop();
}

/** Writes an app of 200 modules with 8000 functions. */
function writeLargeApp(folder: string): string {
  const names = Array.from({ length: 200 }, (_, index) => `m${index}`);
  for (const name of names) {
    const functions = Array.from({ length: 40 }, (_, index) => `
export function ${name}_${index}(a: number, b: string): string {
  const pair: { a: number; b: string } = { a, b };
  if (a > ${index}) return b.repeat(2) + pair.a;
  return [1, 2, 3].map((x) => x * a).join(b) + "some text to make it long";
}`);
    Deno.writeTextFileSync(`${folder}/${name}.ts`, functions.join("\n"));
  }
  const imports = names.map((name) => `import "./${name}.ts";\n`);
  Deno.writeTextFileSync(
    `${folder}/main.ts`,
    `${imports.join("")}export default () => new Response("hi");\n`,
  );
  return toFileUrl(`${folder}/main.ts`).href;
}

async function measureStart(): Promise<void> {
  const folder = `${FOLDER}/large`;
  await Deno.mkdir(folder);
  const apps = { "small app": APP, "200 modules": writeLargeApp(folder) };
  for (const [name, url] of Object.entries(apps)) {
    const cacheDir = `${FOLDER}/cache`;
    const variants: Record<string, string[]> = {
      "plain": [],
      "hook, nothing cached": ["-", ACORN],
      "hook, cached": [cacheDir, ACORN],
    };
    for (const [variant, hook] of Object.entries(variants)) {
      const times: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        const server = await start(url, ...hook);
        if (round > 0) times.push(server.milliseconds);
        await server.stop();
      }
      console.log(
        `start of ${name}, ${variant.padEnd(20)} ${
          median(times).toFixed(1).padStart(7)
        } ms`,
      );
    }
  }
}

try {
  await measureThroughput();
  await measureStart();
} finally {
  Deno.removeSync(FOLDER, { recursive: true });
}
