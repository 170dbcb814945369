// deno-lint-ignore-file no-sync-fn-in-async-fn -- a save is a sequence of operations with nothing between
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FileWatcher } from "../../reloader/file_watcher.ts";
import { parentOf } from "../../reloader/_paths.ts";
import { tool } from "../_tool.ts";
import { BACKENDS, WatchedFolder } from "./_watched_folder.ts";

const git = tool("git");
const sed = tool("sed");
const vim = tool("vim");

for (const backend of BACKENDS) {
  const test = (title: string, fn: (name: string) => Promise<void>) =>
    Deno.test(`FileWatcher ${title} (${backend})`, () => fn(title));

  test("reports a file that is written", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
    folder.write("a.ts", "3");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("reports writes of equal length in the same moment", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "0" } });
    folder.watch({ files: ["a.ts"] });
    for (let count = 1; count <= 9; count++) {
      folder.write("a.ts", `${count}`);
      assertEquals(await folder.next(), ["a.ts"]);
    }
  });

  test("does not report a touch, a chmod or equal content", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    Deno.utimeSync(folder.at("a.ts"), new Date(), new Date());
    Deno.chmodSync(folder.at("a.ts"), 0o600);
    folder.write("a.ts", "1");
    folder.write("a.ts.new", "1");
    Deno.renameSync(folder.at("a.ts.new"), folder.at("a.ts"));
    assertEquals(await folder.untilQuiet(), []);
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("does not report a file that is read", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    for (let count = 0; count < 100; count++) {
      Deno.readTextFileSync(folder.at("a.ts"));
    }
    assertEquals(await folder.untilQuiet(), []);
  });

  test("does not report files that are not watched", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    folder.write("b.ts", "1");
    folder.write("c/d.ts", "1");
    assertEquals(await folder.untilQuiet(), []);
  });

  test("reports a file that is deleted, and its return", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    Deno.removeSync(folder.at("a.ts"));
    assertEquals(await folder.next(), ["a.ts"]);
    folder.write("a.ts", "1");
    assertEquals(await folder.next(), ["a.ts"]);
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("reports a file that is moved away and one that takes its place", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    Deno.renameSync(folder.at("a.ts"), folder.at("b.ts"));
    assertEquals(await folder.next(), ["a.ts"]);
    Deno.renameSync(folder.at("b.ts"), folder.at("a.ts"));
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("reports a missing file when it appears", async () => {
    using folder = new WatchedFolder({ backend });
    folder.watch({ files: ["a.ts"] });
    folder.write("a.ts", "1");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("reports an empty file when it appears", async () => {
    using folder = new WatchedFolder({ backend });
    folder.watch({ files: ["a.ts"] });
    folder.write("a.ts", "");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("reports a file that is emptied", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    folder.write("a.ts", "");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("reports a hard link and a link that appear", async () => {
    using folder = new WatchedFolder({ backend, content: { "x.ts": "1" } });
    folder.watch({ files: ["a.ts", "b.ts"] });
    Deno.linkSync(folder.at("x.ts"), folder.at("a.ts"));
    assertEquals(await folder.next(), ["a.ts"]);
    Deno.symlinkSync("x.ts", folder.at("b.ts"));
    assertEquals(await folder.next(), ["b.ts"]);
    folder.write("x.ts", "2");
    assertEquals((await folder.next()).includes("b.ts"), true);
  });

  test("reports a file in a missing folder when it appears", async () => {
    using folder = new WatchedFolder({ backend });
    folder.watch({ files: ["lib/deep/a.ts"] });
    Deno.mkdirSync(folder.at("lib"));
    assertEquals(await folder.untilQuiet(), []);
    folder.write("lib/deep/a.ts", "1");
    assertEquals(await folder.next(), ["lib/deep/a.ts"]);
    folder.write("lib/deep/a.ts", "2");
    assertEquals(await folder.next(), ["lib/deep/a.ts"]);
  });

  test("goes on after the folder is deleted and created again", async () => {
    using folder = new WatchedFolder({ backend, content: { "lib/a.ts": "1" } });
    folder.watch({ files: ["lib/a.ts"] });
    for (const text of ["2", "3", "4"]) {
      Deno.removeSync(folder.at("lib"), { recursive: true });
      folder.write("lib/a.ts", text);
      assertEquals(await folder.next(), ["lib/a.ts"]);
      folder.write("lib/a.ts", `${text} and more`);
      assertEquals(await folder.next(), ["lib/a.ts"]);
    }
  });

  test("goes on after the folder was gone for a while", async () => {
    using folder = new WatchedFolder({ backend, content: { "l/b/a.ts": "1" } });
    folder.watch({ files: ["l/b/a.ts"] });
    Deno.removeSync(folder.at("l"), { recursive: true });
    assertEquals(await folder.next(), ["l/b/a.ts"]);
    assertEquals(await folder.untilQuiet(), []);
    folder.write("l/b/a.ts", "2");
    assertEquals(await folder.next(), ["l/b/a.ts"]);
    folder.write("l/b/a.ts", "3");
    assertEquals(await folder.next(), ["l/b/a.ts"]);
  });

  test("goes on after a folder above is replaced by another", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "l/b/a.ts": "1", "new/b/a.ts": "2" },
    });
    folder.watch({ files: ["l/b/a.ts"] });
    Deno.renameSync(folder.at("l"), folder.at("old"));
    Deno.renameSync(folder.at("new"), folder.at("l"));
    assertEquals(await folder.next(), ["l/b/a.ts"]);
    folder.write("old/b/a.ts", "8");
    assertEquals(await folder.untilQuiet(), []);
    folder.write("l/b/a.ts", "3");
    assertEquals(await folder.next(), ["l/b/a.ts"]);
  });

  test("goes on after the project folder is created again", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    const root = folder.at("");
    folder.watch({ files: ["a.ts"] });
    Deno.renameSync(folder.path, `${folder.path}.old`);
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
    folder.write("a.ts", "3");
    assertEquals(await folder.next(), ["a.ts"]);
    Deno.removeSync(`${root.slice(0, -1)}.old`, { recursive: true });
  });

  test("follows a link to a file, and the link itself", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "x/1.ts": "1", "y/2.ts": "2", "app/z.ts": "0" },
    });
    Deno.symlinkSync("../x/1.ts", folder.at("app/a.ts"));
    folder.watch({ files: ["app/a.ts"] });
    folder.write("x/1.ts", "one");
    assertEquals(await folder.next(), ["app/a.ts"]);
    await folder.run("ln", "-sfn", "../y/2.ts", "app/a.ts");
    assertEquals(await folder.next(), ["app/a.ts"]);
    folder.write("x/1.ts", "not used any more");
    assertEquals(await folder.untilQuiet(), []);
    folder.write("y/2.ts", "two");
    assertEquals(await folder.next(), ["app/a.ts"]);
  });

  test("follows a link to a folder elsewhere, and the link itself", async () => {
    using elsewhere = new WatchedFolder({
      backend,
      content: { "v1/a.ts": "1", "v2/a.ts": "2" },
    });
    using folder = new WatchedFolder({ backend });
    Deno.symlinkSync(elsewhere.at("v1"), folder.at("current"));
    folder.watch({ files: ["current/a.ts"] });
    elsewhere.write("v1/a.ts", "one");
    assertEquals(await folder.next(), ["current/a.ts"]);
    await folder.run("ln", "-sfn", elsewhere.at("v2"), "current");
    assertEquals(await folder.next(), ["current/a.ts"]);
    elsewhere.write("v1/a.ts", "not used any more");
    assertEquals(await folder.untilQuiet(), []);
    elsewhere.write("v2/a.ts", "two");
    assertEquals(await folder.next(), ["current/a.ts"]);
    // Away and back after a while, to a place that is not watched.
    Deno.removeSync(folder.at("current"));
    assertEquals(await folder.next(), ["current/a.ts"]);
    Deno.symlinkSync(elsewhere.at("v1"), folder.at("current"));
    assertEquals(await folder.next(), ["current/a.ts"]);
  });

  test("does not report a link that leads to the same content", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "x/a.ts": "same", "y/a.ts": "same" },
    });
    Deno.symlinkSync("x", folder.at("current"));
    folder.watch({ files: ["current/a.ts"] });
    await folder.run("ln", "-sfn", "y", "current");
    assertEquals(await folder.untilQuiet(), []);
    folder.write("y/a.ts", "2");
    assertEquals(await folder.next(), ["current/a.ts"]);
  });

  test("survives links in a circle", async () => {
    using folder = new WatchedFolder({ backend });
    Deno.symlinkSync("b.ts", folder.at("a.ts"));
    Deno.symlinkSync("a.ts", folder.at("b.ts"));
    Deno.symlinkSync(".", folder.at("self"));
    folder.watch({ files: ["a.ts", "self/self/c.ts"], extra: ["self"] });
    folder.write("c.ts", "1");
    assertEquals(
      (await folder.next()).includes("self/self/c.ts"),
      true,
    );
    Deno.removeSync(folder.at("b.ts"));
    folder.write("b.ts", "1");
    assertEquals((await folder.next()).includes("a.ts"), true);
  });

  test("compares large files by size and times", async () => {
    const text = "x".repeat(1024 * 1024 + 1);
    using folder = new WatchedFolder({ backend, content: { "a.bin": text } });
    folder.watch({ files: ["a.bin"] });
    Deno.writeTextFileSync(folder.at("a.bin"), "y", { append: true });
    assertEquals(await folder.next(), ["a.bin"]);
    // Another one of that size and age: the time of change has whole seconds.
    await new Promise((done) => setTimeout(done, 1100));
    const { mtime, size } = Deno.statSync(folder.at("a.bin"));
    folder.write("a.tmp", "z".repeat(size));
    Deno.utimeSync(folder.at("a.tmp"), mtime!, mtime!);
    Deno.renameSync(folder.at("a.tmp"), folder.at("a.bin"));
    assertEquals(await folder.next(), ["a.bin"]);
  });

  test("never reads a pipe", async () => {
    using folder = new WatchedFolder({ backend });
    await folder.run("mkfifo", "pipe");
    folder.watch({ files: ["pipe"], extra: ["."] });
    folder.write("a.ts", "1");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  // Saves of editors, byte for byte.

  test("reports a temporary file that is renamed over, once", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    for (const text of ["2", "3"]) {
      folder.write("a.ts.tmp.8231", text); // as VS Code and many tools do
      Deno.renameSync(folder.at("a.ts.tmp.8231"), folder.at("a.ts"));
      assertEquals(await folder.next(), ["a.ts"]);
    }
    assertEquals(await folder.untilQuiet(), []);
  });

  test("reports a JetBrains safe write once", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "src/a.ts": "1" },
    });
    folder.watch({ files: ["src/a.ts"], extra: ["src"] });
    for (const text of ["2", "3"]) {
      folder.write("src/a.ts___jb_tmp___", text);
      Deno.renameSync(folder.at("src/a.ts"), folder.at("src/a.ts___jb_old___"));
      Deno.renameSync(folder.at("src/a.ts___jb_tmp___"), folder.at("src/a.ts"));
      Deno.removeSync(folder.at("src/a.ts___jb_old___"));
      assertEquals(await folder.next(), ["src/a.ts"]);
    }
    assertEquals(await folder.untilQuiet(), []);
  });

  test("reports a save of emacs once", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"], extra: ["."] });
    for (const text of ["2", "3"]) {
      Deno.symlinkSync("user@host.12:345", folder.at(".#a.ts"));
      folder.write("#a.ts#", "auto-save");
      Deno.renameSync(folder.at("a.ts"), folder.at("a.ts~"));
      using file = Deno.openSync(folder.at("a.ts"), {
        write: true,
        createNew: true,
      });
      file.writeSync(new TextEncoder().encode(text));
      file.syncSync();
      file.close();
      Deno.chmodSync(folder.at("a.ts"), 0o644);
      Deno.removeSync(folder.at(".#a.ts"));
      Deno.removeSync(folder.at("#a.ts#"));
      assertEquals(await folder.next(), ["a.ts"]);
      assertEquals(await folder.untilQuiet(), []);
    }
  });

  Deno.test({
    name: `FileWatcher reports a save of vim once (${backend})`,
    ignore: vim.ignore,
    async fn() {
      using folder = new WatchedFolder({ backend, content: { "a.ts": "1\n" } });
      folder.watch({ files: ["a.ts"], extra: ["."] });
      for (const copy of ["no", "yes", "auto"]) {
        await folder.run(
          vim.path,
          ...["-u", "NONE", "-es", "-N", "-c"],
          `set swapfile backup backupcopy=${copy}`,
          ...["-c", `%s/^/${copy} /`, "-c", "wq", "a.ts"],
        );
        assertEquals(await folder.next(), ["a.ts"]);
        assertEquals(await folder.untilQuiet(), []);
      }
    },
  });

  Deno.test({
    name: `FileWatcher reports sed -i once (${backend})`,
    ignore: sed.ignore || Deno.build.os !== "linux",
    async fn() {
      using folder = new WatchedFolder({ backend, content: { "a.ts": "1\n" } });
      folder.watch({ files: ["a.ts"] });
      await folder.run(sed.path, "-i", "s/1/2/", "a.ts");
      assertEquals(await folder.next(), ["a.ts"]);
      await folder.run(sed.path, "-i", "s/1/2/", "a.ts"); // nothing to replace
      assertEquals(await folder.untilQuiet(), []);
    },
  });

  Deno.test({
    name: `FileWatcher reports git checkout of 1,000 files once (${backend})`,
    ignore: git.ignore,
    async fn() {
      const names = Array.from(
        { length: 1000 },
        (_, index) => `src/${index % 10}/${index}.ts`,
      );
      using folder = new WatchedFolder({ backend });
      const commit = [
        ...["-c", "user.name=t", "-c", "user.email=t@example.com"],
        ...["commit", "-qam", "c"],
      ];
      await folder.run(git.path, "init", "-q", "-b", "main");
      for (const name of names) folder.write(name, `one ${name}`);
      folder.write("src/only_here/old.ts", "old");
      await folder.run(git.path, "add", "src");
      await folder.run(git.path, ...commit);
      await folder.run(git.path, "checkout", "-q", "-b", "other");
      for (const name of names) folder.write(name, `two ${name}`);
      await folder.run(git.path, "mv", "src/only_here", "src/there");
      await folder.run(git.path, ...commit);
      await folder.run(git.path, "checkout", "-q", "main");
      folder.watch({ files: names, extra: ["src"] });
      // Started one above the repository.
      const reports: (readonly string[])[] = [];
      using above = new FileWatcher({
        root: parentOf(folder.path),
        backend,
        interval: 0.02,
        onChange: (paths) => reports.push(paths),
      });
      above.update({ files: names.map((name) => folder.at(name)) });

      const all = [...names, "src/only_here/old.ts", "src/there/old.ts"].sort();
      for (const branch of ["other", "main"]) {
        await folder.run(git.path, "checkout", "-q", branch);
        assertEquals(await folder.next(), all);
        assertEquals(await folder.untilQuiet(), []);
      }
      assertEquals(reports.map(({ length }) => length), [1000, 1000]);
    },
  });

  // Extra files.

  test("reports files of an extra folder that appear, change and go", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "static/a.css": "1" },
    });
    folder.watch({ extra: ["static"] });
    folder.write("static/b.css", "1");
    assertEquals(await folder.next(), ["static/b.css"]);
    folder.write("static/b.css", "2");
    assertEquals(await folder.next(), ["static/b.css"]);
    folder.write("static/deep/er/c.css", "1");
    assertEquals(await folder.next(), ["static/deep/er/c.css"]);
    folder.write("static/deep/er/c.css", "2");
    assertEquals(await folder.next(), ["static/deep/er/c.css"]);
    Deno.removeSync(folder.at("static/a.css"));
    assertEquals(await folder.next(), ["static/a.css"]);
    Deno.removeSync(folder.at("static"), { recursive: true });
    assertEquals(await folder.next(), ["static/b.css", "static/deep/er/c.css"]);
    folder.write("static/d.css", "1");
    assertEquals(await folder.next(), ["static/d.css"]);
  });

  test("reports an extra file or folder that is missing at first", async () => {
    using folder = new WatchedFolder({ backend });
    folder.watch({ extra: ["notes", "data/x.json"] });
    folder.write("notes/a.md", "1");
    assertEquals((await folder.next()).includes("notes/a.md"), true);
    folder.write("notes/b.md", "1");
    assertEquals(await folder.next(), ["notes/b.md"]);
    folder.write("data/x.json", "1");
    assertEquals(await folder.next(), ["data/x.json"]);
  });

  test("reports what a glob matches, and nothing else", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "css/a.css": "1", "css/x/b.css": "1", "views/p.html": "1" },
    });
    folder.watch({ extra: ["css/*.css", "views/**/*.{html,eta}"] });
    folder.write("css/a.txt", "1");
    folder.write("css/x/b.css", "2");
    folder.write("css/y/c.css", "1");
    folder.write("views/deep/p.txt", "1");
    assertEquals(await folder.untilQuiet(), []);
    folder.write("css/new.css", "1");
    assertEquals(await folder.next(), ["css/new.css"]);
    folder.write("views/very/deep/q.eta", "1");
    assertEquals(await folder.next(), ["views/very/deep/q.eta"]);
    folder.write("views/p.html", "2");
    assertEquals(await folder.next(), ["views/p.html"]);
  });

  test("reports what a glob in a missing folder matches", async () => {
    using folder = new WatchedFolder({ backend });
    folder.watch({ extra: ["later/on/*.css"] });
    folder.write("later/on/a.css", "1");
    assertEquals(await folder.next(), ["later/on/a.css"]);
  });

  test("takes a name with brackets for the file of that name", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "pages/[id].html": "1", "pages/i.html": "1" },
    });
    folder.watch({ extra: ["pages/[id].html"] });
    folder.write("pages/i.html", "2");
    assertEquals(await folder.untilQuiet(), []);
    folder.write("pages/[id].html", "2");
    assertEquals(await folder.next(), ["pages/[id].html"]);
  });

  test("follows links in an extra folder", async () => {
    using elsewhere = new WatchedFolder({ backend, content: { "a.css": "1" } });
    using folder = new WatchedFolder({ backend, content: { "s/x.css": "1" } });
    Deno.symlinkSync(elsewhere.path, folder.at("s/theme"));
    folder.watch({ extra: ["s"] });
    elsewhere.write("a.css", "2");
    assertEquals(await folder.next(), ["s/theme/a.css"]);
    elsewhere.write("new/b.css", "1");
    assertEquals(await folder.next(), ["s/theme/new/b.css"]);
  });

  // What is left out.

  test("leaves out what editors write and what is ignored", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "s/a.css": "1", "s/node_modules/x/i.js": "1" },
    });
    folder.watch({ extra: ["s", "**/*.css"] });
    const names = ["a.css~", ".a.css.swp", ".a.css.swx", "4913", "#a.css#"];
    names.push("a.css.tmp", ".#a.css", "a.css___jb_tmp___", ".goutputstream-X");
    for (const name of names) {
      folder.write(`s/${name}`, "1");
      folder.write(`s/${name}`, "2");
    }
    folder.write("s/node_modules/x/i.js", "2");
    folder.write("s/node_modules/y/new.css", "2");
    folder.write("s/.git/HEAD", "2");
    folder.write("s/__pycache__/a.css", "2");
    for (const name of names) Deno.removeSync(folder.at(`s/${name}`));
    assertEquals(await folder.untilQuiet(), []);
    folder.write("s/a.css", "2");
    assertEquals(await folder.next(), ["s/a.css"]);
  });

  test("leaves out modules in node_modules unless they are extra", async () => {
    const modules = ["node_modules/x/a.js", "node_modules/y/b.js"];
    using folder = new WatchedFolder({
      backend,
      content: { [modules[0]!]: "1", [modules[1]!]: "1" },
    });
    folder.watch({ files: modules, extra: ["node_modules/y"] });
    folder.write(modules[0]!, "2");
    assertEquals(await folder.untilQuiet(), []);
    folder.write(modules[1]!, "2");
    assertEquals(await folder.next(), [modules[1]!]);
  });

  test("leaves out excluded patterns and what is below them", async () => {
    using folder = new WatchedFolder({
      backend,
      excludePatterns: ["*.log", "s/gen", "*/cache/**"],
      content: {
        "a.ts": "1",
        "gen.log": "1",
        "s/gen/deep/x.ts": "1",
        "s/cache/y": "1",
      },
    });
    folder.watch({
      files: ["a.ts", "gen.log", "s/gen/deep/x.ts"],
      extra: ["s", "s/gen/deep"],
    });
    folder.write("gen.log", "2");
    folder.write("s/gen/deep/x.ts", "2");
    folder.write("s/gen/deep/new.ts", "2");
    folder.write("s/cache/y", "2");
    folder.write("s/deep/new.log", "2");
    assertEquals(await folder.untilQuiet(), []);
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("takes absolute patterns", async () => {
    using elsewhere = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    using folder = new WatchedFolder({
      backend,
      excludePatterns: [elsewhere.at("*.ts")],
      content: { "a.ts": "1" },
    });
    const files = [elsewhere.at("a.ts"), folder.at("a.ts")];
    folder.watcher.update({ files, extra: [elsewhere.path] });
    elsewhere.write("a.ts", "2");
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
    elsewhere.write("b.css", "2");
    assertEquals(await folder.next(), [elsewhere.at("b.css")]);
  });

  // Bursts.

  test("reports changes at the same time together", async () => {
    const names = Array.from({ length: 100 }, (_, index) => `${index}.ts`);
    using folder = new WatchedFolder({ backend });
    for (const name of names) folder.write(name, "1");
    folder.watch({ files: names });
    for (const name of names) folder.write(name, "2");
    assertEquals(await folder.next(), names.toSorted());
    assertEquals(await folder.untilQuiet(), []);
  });

  test("reports a rename and the edit that goes with it together", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "a.ts": "1", "main.ts": "1" },
    });
    folder.watch({ files: ["a.ts", "main.ts"], extra: ["*.ts"] });
    Deno.renameSync(folder.at("a.ts"), folder.at("b.ts"));
    folder.write("main.ts", "2");
    assertEquals(await folder.next(), ["a.ts", "b.ts", "main.ts"]);
  });

  // update()

  test("update() goes on with what it knew of files that stay", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "a.ts": "1", "b/b.ts": "1" },
    });
    folder.watch({ files: ["a.ts"] });
    folder.write("a.ts", "2");
    folder.watch({ files: ["a.ts", "b/b.ts"] });
    assertEquals(await folder.next(), ["a.ts"]);
    folder.write("b/b.ts", "2");
    assertEquals(await folder.next(), ["b/b.ts"]);
  });

  test("update() takes new files as they are", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "a.ts": "1", "b.ts": "1" },
    });
    folder.watch({ files: ["a.ts"] });
    folder.write("b.ts", "2");
    folder.watch({ files: ["a.ts", "b.ts"] });
    assertEquals(await folder.untilQuiet(), []);
  });

  test("update() drops files", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "a.ts": "1", "b.ts": "1" },
    });
    folder.watch({ files: ["a.ts", "b.ts"] });
    folder.watch({ files: ["a.ts"] });
    folder.write("b.ts", "2");
    assertEquals(await folder.untilQuiet(), []);
    folder.watch({ files: ["a.ts", "b.ts"] });
    folder.write("b.ts", "3");
    assertEquals(await folder.next(), ["b.ts"]);
  });

  test("update() can be called again and again", async () => {
    using folder = new WatchedFolder({ backend });
    for (let count = 0; count < 50; count++) {
      folder.write(`${count}/a.ts`, "1");
      folder.watch({ files: [`${count}/a.ts`] });
    }
    folder.watch({ files: ["0/a.ts", "7/a.ts"] });
    folder.write("7/a.ts", "2");
    assertEquals(await folder.next(), ["7/a.ts"]);
    folder.write("0/a.ts", "2");
    assertEquals(await folder.next(), ["0/a.ts"]);
  });

  test("update() reports files written after their load began", async () => {
    using folder = new WatchedFolder({
      backend,
      content: { "a.ts": "1", "late/b.ts": "1", "early.ts": "1" },
    });
    const past = new Date(Date.now() - 60_000);
    Deno.utimeSync(folder.at("early.ts"), past, past);
    // The change time, which cannot be set, is known in whole seconds.
    const { ctime } = Deno.statSync(folder.at("early.ts"));
    const loadedSince = Math.max(Date.now(), ctime!.getTime() + 1);
    folder.watch({ files: ["a.ts"] });
    const later = new Date(loadedSince + 50);
    folder.write("late/b.ts", "2");
    Deno.utimeSync(folder.at("late/b.ts"), later, later);
    const files = ["a.ts", "late/b.ts", "early.ts", "missing.ts"];
    folder.watch({ files }, { loadedSince });
    assertEquals(await folder.next(), ["late/b.ts"]);
    assertEquals(await folder.untilQuiet(), []);
  });

  test("update() does not take a file for changed that is dated in the future", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    const future = new Date(Date.now() + 3600_000);
    Deno.utimeSync(folder.at("a.ts"), future, future);
    const { ctime } = Deno.statSync(folder.at("a.ts"));
    const loadedSince = Math.max(Date.now(), ctime!.getTime() + 1);
    folder.watch({ files: ["a.ts"] }, { loadedSince });
    assertEquals(await folder.untilQuiet(), []);
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
  });

  test("close() ends everything and may be called twice", async () => {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"], extra: ["**/*"] });
    folder.write("a.ts", "2");
    folder.watcher.close();
    folder.watcher.close();
    folder.watch({ files: ["b.ts"] });
    await Promise.resolve();
  });

  test("works for any number of watchers at once", async () => {
    using first = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    using second = new WatchedFolder({
      backend,
      root: first.path,
    });
    second.watcher.update({ files: [first.at("a.ts")] });
    first.watch({ files: ["a.ts"] });
    first.write("a.ts", "2");
    assertEquals(await first.next(), ["a.ts"]);
    assertEquals(await second.next(), [first.at("a.ts")]);
    second.watcher.close();
    first.write("a.ts", "3");
    assertEquals(await first.next(), ["a.ts"]);
  });
}

Deno.test("FileWatcher waits for a slow writer to close its file", async () => {
  using folder = new WatchedFolder({
    backend: "watch",
    content: { "a.ts": "old" },
  });
  folder.watch({ files: ["a.ts"] });
  for (const pause of [20, 100]) {
    using file = Deno.openSync(folder.at("a.ts"), {
      write: true,
      truncate: true,
    });
    await new Promise((resolve) => setTimeout(resolve, pause));
    for (let part = 0; part < 5; part++) {
      file.writeSync(new TextEncoder().encode(`${pause} ${part}\n`));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    file.close();
    assertEquals(await folder.next(), ["a.ts"]);
    assertEquals(await folder.untilQuiet(), []);
  }
});

Deno.test("FileWatcher reports a file that its writer keeps open", async () => {
  using folder = new WatchedFolder({
    backend: "watch",
    content: { "a.ts": "old" },
  });
  folder.watch({ files: ["a.ts"] });
  using file = Deno.openSync(folder.at("a.ts"), { append: true });
  file.writeSync(new TextEncoder().encode("new"));
  assertEquals(await folder.next(), ["a.ts"]);
});

Deno.test("FileWatcher looks at everything when events are lost", async () => {
  const names = Array.from({ length: 3000 }, (_, index) => `${index}.ts`);
  using folder = new WatchedFolder({ backend: "watch" });
  for (const name of names) folder.write(name, "1");
  folder.watch({ files: names });
  // Nothing takes events meanwhile: Deno keeps 1,024 and says "rescan".
  for (const name of names) folder.write(name, "2");
  const found = new Set<string>();
  while (found.size < names.length) {
    for (const name of await folder.next()) found.add(name);
  }
  assertEquals(found.size, names.length);
});

Deno.test("FileWatcher update() believes events where file times lag", async () => {
  using folder = new WatchedFolder({
    backend: "watch",
    content: { "a.ts": "1", "b.ts": "1" },
  });
  folder.watch({ files: ["a.ts"] });
  assertEquals(await folder.untilQuiet(), []);
  const loadedSince = Date.now() - 1;
  const past = new Date(Date.now() - 60_000);
  folder.write("b.ts.new", "2");
  Deno.utimeSync(folder.at("b.ts.new"), past, past);
  Deno.renameSync(folder.at("b.ts.new"), folder.at("b.ts"));
  folder.write("a.ts", "2");
  assertEquals(await folder.next(), ["a.ts"]);
  folder.watch({ files: ["a.ts", "b.ts"] }, { loadedSince });
  assertEquals(await folder.next(), ["b.ts"]);
});

Deno.test("FileWatcher activeBackend tells how changes are noticed", () => {
  for (const backend of ["auto", "watch", "stat"] as const) {
    using folder = new WatchedFolder({ backend, content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"] });
    const expected = backend === "stat" ? "stat" : "watch";
    assertEquals(folder.watcher.activeBackend, expected);
  }
});

Deno.test("FileWatcher looks again and again where it cannot watch", async () => {
  const { watchFs } = Deno;
  Deno.watchFs = (paths, options) => {
    if ([paths].flat().some((path) => path.endsWith("/closed"))) {
      throw new Deno.errors.PermissionDenied("Permission denied (os error 13)");
    }
    return watchFs(paths, options);
  };
  try {
    using folder = new WatchedFolder({
      content: { "open/a.ts": "1", "closed/b.ts": "1", "c/c.ts": "1" },
    });
    folder.watch({ files: ["open/a.ts", "closed/b.ts", "c/c.ts"] });
    assertEquals(folder.watcher.activeBackend, "watch");
    assertEquals(folder.notices, [
      `Cannot watch "${
        folder.at("closed")
      }": Permission denied (os error 13); ` +
      "looking at the files every 0.02 seconds instead. " +
      "Make it readable for this user",
    ]);
    for (const name of ["open/a.ts", "closed/b.ts", "c/c.ts"]) {
      folder.write(name, "2");
      assertEquals(await folder.next(), [name]);
    }
  } finally {
    Deno.watchFs = watchFs;
  }
});

Deno.test("FileWatcher takes the stat backend where nothing can be watched", async () => {
  const { watchFs } = Deno;
  Deno.watchFs = () => {
    throw new Error("OS file watch limit reached.");
  };
  try {
    using folder = new WatchedFolder({ content: { "a.ts": "1" } });
    folder.watch({ files: ["a.ts"], extra: ["s"] });
    assertEquals(folder.watcher.activeBackend, "stat");
    assertEquals(folder.notices.length, 1);
    assertStringIncludes(folder.notices[0]!, "OS file watch limit reached; ");
    assertStringIncludes(folder.notices[0]!, "fs.inotify.max_user_watches");
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
    folder.write("s/new.css", "2");
    assertEquals((await folder.next()).includes("s/new.css"), true);
  } finally {
    Deno.watchFs = watchFs;
  }
});

Deno.test("FileWatcher looks again and again at network disks", async () => {
  const path = Deno.realPathSync(Deno.makeTempDirSync());
  const { readTextFileSync } = Deno;
  Deno.readTextFileSync = (file) =>
    file === "/proc/mounts"
      ? `/dev/x / ext4 rw 0 0\nhost ${path}/share 9p rw 0 0\n`
      : readTextFileSync(file);
  try {
    const notices: string[] = [];
    const { promise, resolve } = Promise.withResolvers<readonly string[]>();
    Deno.mkdirSync(`${path}/share`);
    using watcher = new FileWatcher({
      root: path,
      interval: 0.02,
      onChange: resolve,
      onNotice: (text) => notices.push(text),
    });
    watcher.update({ files: [`${path}/share/a.ts`] });
    watcher.update({ files: [`${path}/share/a.ts`, `${path}/share/b.ts`] });
    assertEquals(notices, [
      `Cannot rely on events for "${path}/share", which is on 9p; looking at ` +
      "the files every 0.02 seconds instead. " +
      'Choose the reloader type "watch" if they work there',
    ]);
    Deno.writeTextFileSync(`${path}/share/a.ts`, "1");
    assertEquals(await promise, [`${path}/share/a.ts`]);
  } finally {
    Deno.readTextFileSync = readTextFileSync;
    Deno.removeSync(path, { recursive: true });
  }
});

/** Whether this system lets a process limit itself, and only itself. */
const canLimit = Deno.build.os === "linux" &&
  new Deno.Command("sh", {
    args: ["-c", "unshare -U -r cat /proc/sys/user/max_inotify_watches"],
    stdout: "null",
    stderr: "null",
  }).outputSync().success;

Deno.test({
  name: "FileWatcher looks again and again where the system has no watch left",
  ignore: !canLimit,
  async fn() {
    using folder = new WatchedFolder({
      content: { "1/a.ts": "1", "2/a.ts": "1", "3/a.ts": "1" },
    });
    const url = new URL("../../reloader/file_watcher.ts", import.meta.url);
    folder.write(
      "main.ts",
      `import { FileWatcher } from ${JSON.stringify(url.href)};
      const root = Deno.args[0];
      const changes = [];
      const arrived = Promise.withResolvers();
      using watcher = new FileWatcher({ root, interval: 0.02,
        onNotice: (text) => console.log(text),
        onChange: (paths) => {
          changes.push(...paths);
          if (changes.length === 3) arrived.resolve();
        } });
      const files = [1, 2, 3].map((name) => root + "/" + name + "/a.ts");
      watcher.update({ files });
      console.log(watcher.activeBackend);
      for (const file of files) Deno.writeTextFileSync(file, "2");
      await arrived.promise;`,
    );
    const limits = ["watches 0", "watches 3", "instances 0"];
    const backends = ["stat", "watch", "stat"];
    for (const [index, limit] of limits.entries()) {
      const [name, value] = limit.split(" ");
      for (const path of ["1/a.ts", "2/a.ts", "3/a.ts"]) {
        folder.write(path, "1");
      }
      const { stdout } = await new Deno.Command("unshare", {
        args: [
          ...["-U", "-r", "sh", "-c"],
          `echo ${value} > /proc/sys/user/max_inotify_${name}; exec "$@"`,
          ...["sh", Deno.execPath(), "run", "-A", "--no-check"],
          ...[folder.at("main.ts"), folder.path],
        ],
        stdin: "null",
      }).output();
      const [notice = "", backend] = new TextDecoder().decode(stdout)
        .split("\n");
      assertEquals(backend, backends[index], notice);
      assertMatch(notice, /^Cannot watch "[^"]+" and \d more folders?: /);
      assertMatch(notice, /: [^.[]+; looking at the files every 0.02 seconds/);
      assertStringIncludes(notice, `fs.inotify.max_user_${name}=`);
    }
  },
});

Deno.test("FileWatcher needs no permission for what is above the project", async () => {
  const { querySync } = Deno.permissions;
  const status = querySync({ name: "read", path: "/" });
  Deno.permissions.querySync = () =>
    Object.create(status, { state: { value: "prompt" } });
  try {
    using folder = new WatchedFolder({
      backend: "watch",
      content: { "a.ts": "1", "lib/b.ts": "1" },
    });
    folder.watch({ files: ["a.ts", "lib/b.ts"], extra: ["lib"] });
    folder.write("a.ts", "2");
    assertEquals(await folder.next(), ["a.ts"]);
    folder.write("a.ts.tmp", "3");
    Deno.renameSync(folder.at("a.ts.tmp"), folder.at("a.ts"));
    assertEquals(await folder.next(), ["a.ts"]);
    Deno.removeSync(folder.at("lib"), { recursive: true });
    folder.write("lib/b.ts", "2");
    assertEquals(await folder.next(), ["lib/b.ts"]);
    folder.write("lib/b.ts", "3");
    assertEquals(await folder.next(), ["lib/b.ts"]);
    folder.write("lib/c.ts", "1");
    assertEquals(await folder.next(), ["lib/c.ts"]);
  } finally {
    Deno.permissions.querySync = querySync;
  }
});

Deno.test("FileWatcher tells at once to which file something happens, whether it has changed or not", async () => {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  using folder = new WatchedFolder({
    content: { "a.ts": "1", "b.ts": "1" },
    onStir: resolve,
  });
  folder.watch({ files: ["a.ts", "b.ts"] });
  folder.write("other.ts", "1");
  folder.write("b.ts", "1");
  assertEquals(await promise, [folder.at("b.ts")]);
});
