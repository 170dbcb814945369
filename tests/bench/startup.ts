// deno-lint-ignore-file no-console -- it prints what it measures
/**
 * Measures the time from starting a process to its first response, of devserve
 * as a ratio to a bare `Deno.serve` script, and what importing devserve costs.
 *
 *     deno run -A tests/bench/startup.ts [rounds]
 */
import { fromFileUrl } from "@std/path/from-file-url";
import { median } from "./_median.ts";

const [rounds = 25] = Deno.args.map(Number);

const path = (file: string) =>
  fromFileUrl(new URL(`./throughput/${file}`, import.meta.url));
const main = fromFileUrl(new URL("../../mod.ts", import.meta.url));

/** Arguments of Deno; each serves on the port that is put in place of "PORT". */
const VARIANTS: Record<string, string[]> = {
  "bare Deno.serve": ["run", "-A", path("bare.ts"), "--port=PORT"],
  "runSimple()": ["run", "-A", path("devserve.ts"), "--port=PORT"],
  "command line, --no-reload": [
    ...["run", "-A", main, path("app.ts"), "-b", "127.0.0.1:PORT"],
    "--no-reload",
  ],
  "command line": ["run", "-A", main, path("app.ts"), "-b", "127.0.0.1:PORT"],
};

const HTTPS = [...VARIANTS["command line"]!, "--cert", "adhoc"];
VARIANTS["command line, later HTTPS"] = HTTPS;
VARIANTS["command line, first HTTPS"] = HTTPS;

/** Where the certificates are; the first HTTPS finds none. */
const CA = Deno.makeTempDirSync({ prefix: "devserve-bench-" });

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Asks until there is an answer; before that, connections are refused. */
async function firstResponse(port: number, isSecure: boolean): Promise<void> {
  const request = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  for (;;) {
    try {
      using connection = await Deno.connect({ hostname: "127.0.0.1", port });
      if (isSecure) return await askSecurely(port);
      await connection.write(new TextEncoder().encode(request));
      if (await connection.read(new Uint8Array(1024)) !== null) return;
    } catch (error) {
      const isEarly = error instanceof Deno.errors.ConnectionRefused ||
        error instanceof Deno.errors.ConnectionReset ||
        // The certificate of the authority is not there yet.
        error instanceof Deno.errors.NotFound ||
        error instanceof TypeError;
      if (!isEarly) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 0.2));
  }
}

async function askSecurely(port: number): Promise<void> {
  const caCerts = [await Deno.readTextFile(`${CA}/ca.crt`)];
  using client = Deno.createHttpClient({ caCerts });
  await (await fetch(`https://127.0.0.1:${port}/`, { client })).text();
}

/** Milliseconds until the first byte of the first response. */
async function timeToFirstResponse(
  name: string,
  args: string[],
): Promise<number> {
  const port = freePort();
  if (name.includes("first HTTPS")) {
    await Deno.remove(CA, { recursive: true });
    await Deno.mkdir(CA);
  }
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: args.map((arg) => arg.replace("PORT", `${port}`)),
    env: { DEVSERVE_CA_DIR: CA, CAROOT: CA },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await firstResponse(port, name.includes("HTTPS"));
  const elapsed = performance.now() - started;
  child.kill("SIGTERM");
  await child.status;
  return elapsed;
}

/** Milliseconds that `import` takes in a fresh process. */
async function importTime(specifier: string): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", path("import.ts"), specifier],
  }).output();
  return Number(new TextDecoder().decode(stdout));
}

// The first key of this process would take 25 ms, in the midst of a measurement.
const key = { name: "HMAC", hash: "SHA-256" };
await crypto.subtle.generateKey(key, false, ["sign"]);

const names = Object.keys(VARIANTS);
const times: number[][] = names.map(() => []);
const imports: number[] = [];
for (let round = 0; round <= rounds; round++) {
  for (const [index, [name, args]] of Object.entries(VARIANTS).entries()) {
    const time = await timeToFirstResponse(name, args);
    if (round > 0) times[index]!.push(time);
  }
  const time = await importTime(new URL("../../mod.ts", import.meta.url).href);
  if (round > 0) imports.push(time);
}
Deno.removeSync(CA, { recursive: true });

console.log(`start to first response, median of ${rounds} rounds`);
names.forEach((name, index) => {
  const ratios = times[index]!.map((time, round) => time / times[0]![round]!);
  console.log(
    `${name.padEnd(26)} ${median(times[index]!).toFixed(1).padStart(6)} ms  ${
      median(ratios).toFixed(2)
    } of bare`,
  );
});
console.log(
  `import devserve            ${median(imports).toFixed(1).padStart(6)} ms`,
);
