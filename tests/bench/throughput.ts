// deno-lint-ignore-file no-console -- it prints what it measures
/**
 * Measures requests per second of devserve as a ratio to bare `Deno.serve`, all
 * variants in turn in one run. Needs wrk.
 *
 *     deno run -A tests/bench/throughput.ts [rounds] [seconds]
 */
import { median } from "./_median.ts";

const [rounds = 9, seconds = 1] = Deno.args.map(Number);

const VARIANTS: Record<string, string[]> = {
  "bare Deno.serve": ["bare.ts"],
  "bare, with a Server header": ["bare.ts", "--server-header"],
  "devserve, log off": ["devserve.ts"],
  "devserve, log off, no Server header": ["devserve.ts", "--no-server-header"],
  "devserve, log to a pipe": ["devserve.ts", "--log"],
  "devserve, log to a pipe, no Server header": [
    "devserve.ts",
    "--log",
    "--no-server-header",
  ],
};

/** A running variant; its log goes through a pipe that is read. */
async function start([file, ...args]: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL(`./throughput/${file}`, import.meta.url).href]
      .concat(args),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const drained = child.stderr.pipeTo(new WritableStream());
  return { child, drained, port: parseInt(value) };
}

async function requestsPerSecond(port: number): Promise<number> {
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", "-c16", `-d${seconds}s`, `http://127.0.0.1:${port}/`],
  }).output();
  const match = /Requests\/sec:\s+([\d.]+)/.exec(
    new TextDecoder().decode(stdout),
  );
  return Number(match?.[1]);
}

const servers = await Promise.all(Object.values(VARIANTS).map(start));
const results: number[][] = servers.map(() => []);
// The first round warms up and is not counted.
for (let round = 0; round <= rounds; round++) {
  for (const [index, { port }] of servers.entries()) {
    const rate = await requestsPerSecond(port);
    if (round > 0) results[index]!.push(rate);
  }
}
for (const { child, drained } of servers) {
  child.kill("SIGKILL");
  await child.status;
  await drained;
}

console.log(`median of ${rounds} rounds of ${seconds} s, 16 connections`);
Object.keys(VARIANTS).forEach((name, index) => {
  const rates = results[index]!;
  const ratios = rates.map((rate, round) => rate / results[0]![round]!);
  const headerRatios = rates.map((rate, round) => rate / results[1]![round]!);
  console.log(
    `${name.padEnd(42)} ${median(rates).toFixed(0).padStart(7)} req/s  ${
      median(ratios).toFixed(3)
    } of bare  ${median(headerRatios).toFixed(3)} of bare with the header`,
  );
});
