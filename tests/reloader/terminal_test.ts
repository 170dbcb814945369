import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { MAIN, makeFolder } from "../_devserve.ts";
import { descendants, isAlive, save } from "./_reload.ts";
import { hasTerminal, Terminal } from "./_terminal.ts";

const ignore = !hasTerminal;

function answering(text: string): string {
  return `export default () => new Response("${text}");`;
}

/** Serves the app in a terminal. */
async function serve(
  files: Record<string, string>,
  command = `${MAIN} app.ts -p 0`,
) {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(makeFolder(files));
  const terminal = stack.use(await Terminal.open(folder.path));
  const shell = await terminal.pid();
  const seen = new Set<number>();
  async function processes(): Promise<number[]> {
    const pids = await descendants(shell);
    pids.forEach((pid) => seen.add(pid));
    return pids;
  }
  stack.defer(async () => {
    await processes();
    for (const pid of seen) if (await isAlive(pid)) Deno.kill(pid, "SIGKILL");
  });
  await terminal.type(`"$DENO" run -A ${command}; echo code=$?`);
  const [, url] = await terminal.waitFor(/Local\s+(http:\S+)/);
  const resources = stack.move();
  return {
    terminal,
    url: url!,
    save: (name: string, text: string) => save(`${folder.path}/${name}`, text),
    /** The supervisor and its children. */
    processes,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Asks until that is the answer, not so often that it fills the terminal. */
async function answers(url: string, text: string): Promise<void> {
  while (await (await fetch(url)).text() !== text) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

/**
 * Waits for the standby of the first generation. If Ctrl-Z comes while a process is
 * being started, the kernel stops it before the one that starts it can go on, which
 * is then not stopped: `posix_spawn` waits as `vfork` does.
 */
async function standby(
  app: { processes(): Promise<number[]> },
): Promise<void> {
  while ((await app.processes()).length < 3) {
    await new Promise((done) => setTimeout(done, 20));
  }
  await new Promise((done) => setTimeout(done, 100));
}

async function stateOf(pid: number): Promise<string> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2)[0]!;
}

async function checkTerminal(terminal: Terminal): Promise<void> {
  const modes = (await terminal.run("stty -a")).split(/[\s;]+/);
  for (const mode of ["echo", "icanon", "isig", "icrnl", "opost"]) {
    assert(modes.includes(mode), `${mode} is off: ${modes.join(" ")}`);
  }
}

Deno.test(
  "devserve stops and goes on with Ctrl-Z and fg",
  { ignore },
  async () => {
    await using app = await serve({ "app.ts": answering("one") });
    await answers(app.url, "one");
    await standby(app);
    await app.terminal.press("C-z");
    await app.terminal.waitFor(/Stopped/);
    const stopped = await app.processes();
    assertEquals(stopped.length, 3);
    for (const pid of stopped) while (await stateOf(pid) !== "T");
    await app.save("app.ts", answering("three"));
    await app.terminal.type("fg");
    await answers(app.url, "three");
    await app.save("app.ts", answering("four"));
    await answers(app.url, "four");
    assertNotMatch(await app.terminal.text(), /ended|Error/);
    await app.terminal.press("C-c");
    await app.terminal.type("echo code=$?");
    await app.terminal.waitFor(/code=130/);
    await checkTerminal(app.terminal);
  },
);

Deno.test("devserve ends with 130 at one Ctrl-C", { ignore }, async () => {
  await using app = await serve({ "app.ts": answering("one") });
  await answers(app.url, "one");
  const pids = await app.processes();
  await app.terminal.press("C-c");
  await app.terminal.waitFor(/^(?:\^C)?code=130\n\S*[$#] *$/m);
  await checkTerminal(app.terminal);
  for (const pid of pids) assertEquals(await isAlive(pid), false);
});

const RAW = `
  Deno.stdin.setRaw(true);
  console.log("raw", Deno.pid);
  export default (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/crash") Deno.kill(Deno.pid, "SIGKILL");
    return new Response("one");
  };`;

Deno.test(
  "devserve leaves the terminal right after a raw app that was killed",
  {
    ignore,
  },
  async () => {
    await using app = await serve({ "app.ts": RAW });
    const [, pid] = await app.terminal.waitFor(/raw (\d+)/);
    await app.save("app.ts", answering("calm"));
    await answers(app.url, "calm");
    while (await isAlive(Number(pid)));
    await app.save("app.ts", RAW);
    await answers(app.url, "one");
    // Asked again on a new connection, it may be the next one that answers.
    await fetch(`${app.url}crash`).then(({ body }) => body?.cancel(), () => {});
    await app.terminal.waitFor(/was ended by SIGKILL[^]+Started anew/);
    await app.save("app.ts", answering("calm again"));
    await answers(app.url, "calm again");
    await app.terminal.press("C-c");
    await app.terminal.waitFor(/code=130/);
    await checkTerminal(app.terminal);
  },
);

Deno.test("devserve leaves the terminal right after a raw app", {
  ignore,
}, async () => {
  await using app = await serve({ "app.ts": RAW });
  await app.terminal.waitFor(/raw \d+/);
  const [supervisor] = await app.processes();
  // In raw mode Ctrl-C is a key like others.
  Deno.kill(supervisor!, "SIGINT");
  await app.terminal.waitFor(/code=130/);
  await checkTerminal(app.terminal);
});

Deno.test("devserve leaves a raw terminal to the generation that follows", {
  ignore,
}, async () => {
  await using app = await serve({ "app.ts": RAW });
  const [, pid] = await app.terminal.waitFor(/raw (\d+)/);
  await app.save(
    "app.ts",
    `Deno.stdin.setRaw(true);
     const key = new Uint8Array(1);
     Deno.stdin.read(key).then(() => console.log("key", key[0]));
     export default () => new Response("two");`,
  );
  await answers(app.url, "two");
  while (await isAlive(Number(pid)));
  await app.terminal.press("k");
  await app.terminal.waitFor(/key 107/);
  const [supervisor] = await app.processes();
  Deno.kill(supervisor!, "SIGTERM");
  await app.terminal.waitFor(/code=143/);
  await checkTerminal(app.terminal);
});

Deno.test("devserve leaves the terminal to the shell in the background", {
  ignore,
}, async () => {
  await using app = await serve({ "app.ts": answering("one") });
  await standby(app);
  await app.terminal.press("C-z");
  await app.terminal.waitFor(/Stopped/);
  await app.terminal.type("bg");
  await answers(app.url, "one");
  for (const text of ["two", "three"]) {
    const before = await app.processes();
    await app.save("app.ts", answering(text));
    await answers(app.url, text);
    while ((await Promise.all(before.map(isAlive))).every(Boolean));
  }
  assertMatch(await app.terminal.run("echo 4$((1))2"), /^412$/);
  await app.terminal.type("fg");
  await app.terminal.waitFor(/^"\$DENO" run -A [^&]*$/m);
  const before = await app.processes();
  await app.save("app.ts", answering("four"));
  await answers(app.url, "four");
  while ((await Promise.all(before.map(isAlive))).every(Boolean));
  await app.terminal.press("C-c");
  await app.terminal.waitFor(/\^C[^]*[$#]$/);
  await checkTerminal(app.terminal);
});

Deno.test("devserve --keep leaves a raw terminal to the app it keeps", {
  ignore,
}, async () => {
  const reading = `
    Deno.stdin.setRaw(true);
    const key = new Uint8Array(1);
    Deno.stdin.read(key).then(() => console.log("key", key[0]));
    export default () => new Response("one");`;
  await using app = await serve(
    { "app.ts": reading },
    `${MAIN} app.ts -p 0 --keep`,
  );
  await answers(app.url, "one");
  await app.save("app.ts", `export default = ;`);
  await app.terminal.waitFor(/Serving on as before/);
  await app.terminal.press("k");
  await app.terminal.waitFor(/key 107/);
  await app.save("app.ts", answering("calm"));
  await answers(app.url, "calm");
  await app.terminal.press("C-c");
  await app.terminal.waitFor(/code=130/);
  await checkTerminal(app.terminal);
});

Deno.test("runSimple() with useReloader has the terminal to itself", {
  ignore,
}, async () => {
  const { href } = new URL("../../mod.ts", import.meta.url);
  const program = (text: string) => `
    import { runSimple } from "${href}";
    await runSimple("localhost", 0, () => new Response("${text}"), {
      useReloader: true,
      // What is before runSimple() runs in the first process, too.
      async onListen() {
        console.log("${text} is process", Deno.pid);
        const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
        for await (const line of lines) console.log("${text} heard", line.trim());
      },
    });`;
  await using app = await serve({ "app.ts": program("one") }, "app.ts");
  await answers(app.url, "one");
  await app.terminal.type("first");
  await app.terminal.waitFor(/one heard first/);
  const [, pid] = await app.terminal.waitFor(/one is process (\d+)/);
  await app.save("app.ts", program("two"));
  await answers(app.url, "two");
  while (await exists(`/proc/${pid}`));
  await app.terminal.type("second");
  await app.terminal.waitFor(/two heard second/);
  await app.terminal.press("C-z");
  await app.terminal.waitFor(/Stopped/);
  await app.terminal.type("fg");
  await answers(app.url, "two");
  await app.terminal.press("C-c");
  await app.terminal.waitFor(/\^C[^]*[$#]$/);
  await app.terminal.type("echo code=$?");
  await app.terminal.waitFor(/code=130/);
  await checkTerminal(app.terminal);
});

Deno.test(
  "devserve gives each generation what is typed",
  { ignore },
  async () => {
    const reading = (text: string) => `
    console.log("${text} is process", Deno.pid);
    (async () => {
      const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
      for await (const line of lines) console.log("${text} heard", line.trim());
    })();
    export default () => new Response("${text}");`;
    await using app = await serve({ "app.ts": reading("one") });
    await answers(app.url, "one");
    await app.terminal.type("first");
    await app.terminal.waitFor(/one heard first/);
    for (const [old, text] of [["one", "two"], ["two", "three"]]) {
      const [, pid] = await app.terminal.waitFor(
        new RegExp(`${old} is process (\\d+)`),
      );
      await app.save("app.ts", reading(text!));
      await answers(app.url, text!);
      // The old generation reads as long as it is there, one thread of it even
      // when it is a zombie.
      while (await exists(`/proc/${pid}`));
      for (const line of ["a", "b", "c"]) {
        await app.terminal.type(line);
        await app.terminal.waitFor(new RegExp(`${text} heard ${line}`));
      }
    }
  },
);

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** Sends a signal to the job, as the shell's `kill %1` does. */
async function killJob(pid: number, signal: string): Promise<void> {
  const args = [`-${signal}`, "--", `-${pid}`];
  const { success } = await new Deno.Command("kill", { args }).output();
  assert(success);
}

Deno.test("devserve reloads when its job gets SIGHUP", { ignore }, async () => {
  await using app = await serve({ "app.ts": answering("one") });
  await answers(app.url, "one");
  const [supervisor] = await app.processes();
  await killJob(supervisor!, "HUP");
  await app.terminal.waitFor(/Started anew: live in/);
  assertMatch(await (await fetch(app.url)).text(), /one/);
  assertNotMatch(await app.terminal.text(), /ended/);
});

Deno.test("devserve lets requests finish when its job gets SIGTERM", {
  ignore,
}, async () => {
  await using app = await serve({
    "app.ts": `export default async () => {
      console.log("has begun");
      await new Promise((done) => setTimeout(done, 500));
      return new Response("slowly");
    };`,
  });
  const slow = fetch(app.url).then((response) => response.text());
  await app.terminal.waitFor(/has begun/);
  const [supervisor] = await app.processes();
  await killJob(supervisor!, "TERM");
  assertEquals(await slow, "slowly");
  await app.terminal.waitFor(/code=143/);
});

Deno.test("devserve ends at once at a second Ctrl-C", { ignore }, async () => {
  await using app = await serve({
    "app.ts": `Deno.stdin.setRaw(true, { cbreak: true });
      export default () => {
        console.log("has begun");
        return new Promise(() => {});
      };`,
  });
  fetch(app.url).catch(() => {});
  await app.terminal.waitFor(/has begun/);
  await app.terminal.press("C-c");
  await app.terminal.waitFor(/once more to stop at once/);
  await app.terminal.press("C-c");
  await app.terminal.waitFor(/code=130/);
  await checkTerminal(app.terminal);
});

Deno.test("devserve ends when its terminal is closed", { ignore }, async () => {
  await using app = await serve({ "app.ts": answering("one") });
  await app.save("app.ts", answering("two"));
  await answers(app.url, "two");
  const pids = await app.processes();
  assert(pids.length >= 2);
  await app.terminal.close();
  for (const pid of pids) while (await isAlive(pid));
});

Deno.test("devserve --clear shows the address and the PIN again", {
  ignore,
}, async () => {
  await using app = await serve(
    { "app.ts": answering("1") },
    `${MAIN} app.ts -p 0 --clear --debug-pin 123-456-789`,
  );
  for (const text of ["2", "3"]) {
    await app.save("app.ts", answering(text));
    await answers(app.url, text);
    await app.terminal.waitFor(new RegExp(`live in .*generation ${text}`));
  }
  // What was cleared may be scrolled back to.
  const all = await app.terminal.text();
  const shown = all.slice(all.lastIndexOf("devserve 0."));
  assertMatch(shown, /Local\s+http:/);
  assertMatch(shown, /PIN\s+123-456-789/);
  assertEquals(shown.match(/live in/g)?.length, 1);
  await app.terminal.press("C-c");
  await app.terminal.waitFor(/code=130/);
});
