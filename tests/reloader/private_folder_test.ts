import { assertEquals, assertThrows } from "@std/assert";
import { PrivateFolder } from "../../reloader/_private_folder.ts";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import type { ChildProcess } from "../_process.ts";
import { fetchUntil, save } from "./_reload.ts";

/** Whatever else is there: nothing of that is ours. */
const OTHERS = ["devserve-test-1", "devserve-0123abcd", "other"];

/** Serves an app, with a folder for temporary files that belongs to the test. */
function serveIn(temporary: string, folder: string): ChildProcess {
  const env = { TMPDIR: temporary, NO_COLOR: "1" };
  return startDevserve(["app.ts", "-p", "0"], { cwd: folder, env });
}

async function namesIn(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).sort();
}

/** Waits until a folder is gone, for a minute at most. */
async function gone(path: string): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    try {
      await Deno.lstat(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Cannot wait longer for the end of ${path}`);
}

Deno.test("PrivateFolder is for this user alone, and gone with all that is in it", () => {
  const folder = new PrivateFolder();
  if (Deno.build.os !== "windows") {
    assertEquals(Deno.statSync(folder.path).mode! & 0o777, 0o700);
  }
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  folder.remove();
  assertThrows(() => Deno.lstatSync(folder.path), Deno.errors.NotFound);
  // It may be told so twice.
  folder.remove();
});

Deno.test({
  name: "removeLeft() removes no folder that others have laid out for it",
  ignore: Deno.build.os === "windows",
  async fn() {
    using temporary = makeFolder({});
    using victim = makeFolder({ "lock": "", "precious": "" });
    const { makeTempDirSync } = Deno;
    Deno.makeTempDirSync = (options) =>
      makeTempDirSync({ ...options, dir: temporary.path });
    const folder = new PrivateFolder();
    const used = new PrivateFolder();
    Deno.makeTempDirSync = makeTempDirSync;

    const at = (name: string) => `${temporary.path}/devserve-${name}`;
    // It comes first, and must not end the search.
    await Deno.writeTextFile(at("0"), "");
    await Deno.symlink(victim.path, at("1"));
    await Deno.mkdir(at("2"), { mode: 0o777 });
    await Deno.chmod(at("2"), 0o777);
    await Deno.writeTextFile(`${at("2")}/lock`, "");
    await Deno.mkdir(at("3"), { mode: 0o700 });
    await Deno.mkdir(at("4"), { mode: 0o700 });
    await Deno.writeTextFile(`${at("4")}/lock`, "");
    await Deno.symlink(victim.path, `${at("4")}/link`);
    const before = await namesIn(temporary.path);
    await folder.removeLeft();

    assertEquals(
      await namesIn(temporary.path),
      before.filter((name) => name !== "devserve-4"),
    );
    assertEquals(await namesIn(victim.path), ["lock", "precious"]);
    folder.remove();
    used.remove();
  },
});

Deno.test({
  name: "devserve removes what a killed one has left behind, and nothing else",
  // Elsewhere, TMPDIR is not what says where temporary files are.
  ignore: Deno.build.os === "windows",
  async fn() {
    using temporary = makeFolder({});
    using folder = makeFolder({
      "app.ts": `export default () => new Response("1");`,
    });
    for (const name of OTHERS) await Deno.mkdir(`${temporary.path}/${name}`);

    await using killed = serveIn(temporary.path, folder.path);
    await fetchUntil(await servedAt(killed), "1");
    const [left, ...none] = (await namesIn(temporary.path))
      .filter((name) => !OTHERS.includes(name));
    assertEquals(none, []);
    await using living = serveIn(temporary.path, folder.path);
    const url = await servedAt(living);
    await killed.stop("SIGKILL");
    await gone(`${temporary.path}/${left}`);

    // Only a process that starts now looks for such folders again.
    await Deno.mkdir(`${temporary.path}/devserve-00ff`, { mode: 0o700 });
    await Deno.writeTextFile(`${temporary.path}/devserve-00ff/lock`, "");
    await using next = serveIn(temporary.path, folder.path);
    await fetchUntil(await servedAt(next), "1");
    await gone(`${temporary.path}/devserve-00ff`);
    const names = await namesIn(temporary.path);
    assertEquals(names.filter((name) => OTHERS.includes(name)), OTHERS.sort());
    // One each of those that live.
    assertEquals(names.length, OTHERS.length + 2);
    await save(
      `${folder.path}/app.ts`,
      `export default () => new Response("2");`,
    );
    await fetchUntil(url, "2");
    await living.stop();
    await next.stop();
    assertEquals(await namesIn(temporary.path), OTHERS.sort());
  },
});

Deno.test({
  name: "devserve leaves nothing behind when it is told to stop at once",
  ignore: Deno.build.os === "windows",
  async fn() {
    using temporary = makeFolder({});
    using folder = makeFolder({
      "app.ts": `export default (request: Request) => {
        if (request.url.endsWith("/")) return new Response("1");
        console.log("asked");
        return new Promise(() => {});
      };`,
    });
    await using child = serveIn(temporary.path, folder.path);
    const url = await servedAt(child);
    await fetchUntil(url, "1");
    const asking = fetch(`${url}slow`).catch(() => undefined);
    await child.waitFor(/asked/, "stdout");
    Deno.kill(child.pid, "SIGTERM");
    await new Promise((resolve) => setTimeout(resolve, 100));
    // It waits for the request until it is told once more.
    assertEquals((await namesIn(temporary.path)).length, 1);
    Deno.kill(child.pid, "SIGTERM");
    await child.status;
    await asking;
    assertEquals(await namesIn(temporary.path), []);
  },
});

Deno.test({
  name: "devserve reloads where the folder for temporary files has a long path",
  ignore: Deno.build.os === "windows",
  async fn() {
    using temporary = makeFolder({});
    using folder = makeFolder({
      "app.ts": `export default () => new Response("1");`,
    });
    const long = `${temporary.path}/${"long-".repeat(20)}`;
    await Deno.mkdir(long);
    await using child = serveIn(long, folder.path);
    const url = await servedAt(child);
    await fetchUntil(url, "1");
    await save(
      `${folder.path}/app.ts`,
      `export default () => new Response("2");`,
    );
    await fetchUntil(url, "2");
    await child.stop();
    assertEquals(await namesIn(long), []);
  },
});

Deno.test({
  name: "devserve says which folder for temporary files cannot be used",
  ignore: Deno.build.os === "windows",
  async fn() {
    using folder = makeFolder({
      "app.ts": `export default () => new Response("1");`,
    });
    const missing = `${folder.path}/missing`;
    await using child = serveIn(missing, folder.path);
    assertEquals((await child.finished()).code, 1);
    assertEquals(
      child.stderr,
      `Cannot use the folder for temporary files "${missing}": No such file or directory (os error 2) (choose another one with TMPDIR)\n`,
    );
  },
});
