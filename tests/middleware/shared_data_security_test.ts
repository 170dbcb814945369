import { assertEquals, assertThrows } from "@std/assert";
import { openSharedFile } from "../../middleware/shared_data/_open_shared_file.ts";
import { sharedData } from "../../middleware/shared_data/shared_data.ts";
import { type SharedTree, shareTree } from "./_shared_tree.ts";

// Names that other systems read differently can only be made where they are
// names like any other.
const ignore = Deno.build.os === "windows";

async function shareBeside(files: Record<string, string>): Promise<SharedTree> {
  const tree = await shareTree(files, null);
  await Deno.writeTextFile(`${tree.outside}/secret.txt`, "secret");
  tree.serve({ dotfiles: true }, { "/static": tree.root, "/": tree.root });
  return tree;
}

async function assertFallsThrough(
  tree: SharedTree,
  targets: string[],
): Promise<void> {
  for (const target of targets) {
    for (const method of ["GET", "HEAD", "POST"]) {
      const { status, body } = await tree.request(target, {}, method);
      const expected = method === "HEAD" ? "" : "app";
      assertEquals([status, body], [404, expected], `${method} ${target}`);
    }
  }
  assertEquals(tree.errors, []);
}

Deno.test("sharedData() does not leave the root by dot segments", async () => {
  await using tree = await shareBeside({ "sub/a.txt": "A" });
  await assertFallsThrough(
    tree,
    [
      "../outside/secret.txt",
      "sub/../../outside/secret.txt",
      "sub/../sub/a.txt",
      "./sub/a.txt",
      "sub/./a.txt",
      "%2e/sub/a.txt",
      "%2e%2e/outside/secret.txt",
      ".%2E/outside/secret.txt",
      "%2e./outside/secret.txt",
      "..%2foutside/secret.txt",
      "..%2Foutside%2Fsecret.txt",
      "sub%2fa.txt",
      "..\\outside\\secret.txt",
      "..%5coutside%5Csecret.txt",
      "%2e%2e%5coutside%5csecret.txt",
      "....//outside/secret.txt",
      "..././outside/secret.txt",
      "..;/outside/secret.txt",
      "%252e%252e/outside/secret.txt",
      "..%252foutside/secret.txt",
      "%c0%ae%c0%ae/outside/secret.txt",
      "%c0%ae%c0%ae%c0%afoutside/secret.txt",
      "%e0%80%ae%e0%80%ae/outside/secret.txt",
      "%uff0e%uff0e/outside/secret.txt",
      "/outside/secret.txt",
      `${tree.outside}/secret.txt`,
      `${encodeURIComponent(tree.outside)}%2fsecret.txt`,
    ].flatMap((path) => [`/static/${path}`, `/${path}`]),
  );
});

Deno.test("sharedData() decodes each segment once", { ignore }, async () => {
  await using tree = await shareBeside({
    "%2e%2e/outside/secret.txt": "fine",
    "a%2fb": "fine",
    "100%": "fine",
    "a b+c": "fine",
    "ü?#": "fine",
  });
  const targets = [
    "%252e%252e/outside/secret.txt",
    "a%252fb",
    "100%25",
    "a%20b+c",
    "%C3%BC%3F%23",
    "ü%3f%23",
  ];
  for (const target of targets) {
    assertEquals(
      (await tree.request(`/static/${target}`)).body,
      "fine",
      target,
    );
  }
});

Deno.test("sharedData() refuses segments with NUL, broken escapes and invalid UTF-8", async () => {
  await using tree = await shareBeside({ "a.txt": "A" });
  const names = [
    "a.txt%00",
    "%00",
    "a.txt%00.html",
    "%",
    "%zz",
    "a%2",
    "%ff",
    "%C3",
    "%ED%A0%80",
  ];
  await assertFallsThrough(tree, names.map((name) => `/static/${name}`));
});

Deno.test("sharedData() refuses what Windows would take for another path", {
  ignore,
}, async () => {
  const names = [
    "back\\slash",
    "C:",
    "C:x",
    "D:/x",
    "sub/c:",
    "stream.txt::$DATA",
    "stream.txt:ads",
    "dot.",
    "dots...",
    "space ",
    "dir./x",
    "dir /x",
    "...",
    " ",
  ];
  await using tree = await shareBeside(
    Object.fromEntries(names.map((name) => [name, "served"])),
  );
  for (const name of names) {
    const raw = encodeURI(name).replaceAll("%5C", "\\");
    const encoded = name.split("/").map(encodeURIComponent).join("/");
    await assertFallsThrough(tree, [`/static/${raw}`, `/static/${encoded}`]);
  }
  await assertFallsThrough(tree, [
    "//server/share/x",
    "/static//server/share/x",
    "/static/%2f%2fserver/share/x",
    "/static/\\\\server\\share\\x",
    "/static/%5c%5cserver%5cshare%5cx",
    "/static/%5C%5C%3F%5CC:%5Cx",
    "/\\\\server\\share",
  ]);
});

Deno.test(
  "sharedData() refuses the names of Windows devices",
  { ignore },
  async () => {
    const devices = ["AUX", "CON", "CONIN$", "CONOUT$", "NUL", "PRN"];
    for (const digit of "123456789¹²³") {
      devices.push(
        `COM${digit}`,
        `LPT${digit}`,
      );
    }
    const names = devices.flatMap((device) => [
      device,
      device.toLowerCase(),
      `${device}.txt`,
      `${device}.tar.gz`,
      `${device} .txt`,
      ` ${device}.txt`,
      `dir/${device}`,
      `${device}/x`,
    ]);
    await using tree = await shareBeside({});
    for (const name of names) {
      await using one = await shareTree({ [name]: "served" });
      await assertFallsThrough(one, [`/static/${encodeURI(name)}`]);
    }
    const fine = [
      "CONSOLE",
      "auxiliary.js",
      "com0",
      "COM10",
      "xCON",
      "lpt",
      "nul_",
      "prn-1.txt",
    ];
    for (const name of fine) {
      await tree.write(name, "served");
      assertEquals(
        (await tree.request(`/static/${name}`)).body,
        "served",
        name,
      );
    }
  },
);

Deno.test(
  "sharedData() follows links only inside of the root",
  { ignore },
  async () => {
    await using tree = await shareBeside({
      "dir/a.txt": "fine",
      "b.txt": "fine",
    });
    const { root, outside } = tree;
    await Deno.mkdir(`${root}-evil`);
    await Deno.writeTextFile(`${root}-evil/secret.txt`, "secret");
    const links: Record<string, string> = {
      "file-out": `${outside}/secret.txt`,
      "relative-out": "../outside/secret.txt",
      "dir-out": outside,
      "dir/parent": "../..",
      "beside": `${root}-evil/secret.txt`,
      "chain-out": "file-out",
      "itself": "itself",
      "nowhere": "missing",
      "file-in": "dir/a.txt",
      "dir-in": `${root}/dir`,
      "chain-in": "dir-in/../b.txt",
      "out-and-in": `${outside}/back/b.txt`,
    };
    for (const [name, target] of Object.entries(links)) {
      await Deno.symlink(target, `${root}/${name}`);
    }
    await Deno.symlink(root, `${outside}/back`);
    await assertFallsThrough(tree, [
      "/static/file-out",
      "/static/relative-out",
      "/static/dir-out/secret.txt",
      "/static/dir/parent/outside/secret.txt",
      "/static/beside",
      "/static/chain-out",
      "/static/itself",
      "/static/nowhere",
    ]);
    for (const name of ["file-in", "dir-in/a.txt", "chain-in", "out-and-in"]) {
      assertEquals((await tree.request(`/static/${name}`)).body, "fine", name);
    }
  },
);

Deno.test("sharedData() takes a link as an export", { ignore }, async () => {
  await using tree = await shareTree(
    { "one/a.txt": "one", "two/a.txt": "two" },
    null,
  );
  const { root, outside } = tree;
  await Deno.symlink(`${root}/one`, `${outside}/current`);
  await Deno.symlink(`${root}/one/a.txt`, `${outside}/file`);
  tree.serve({}, { "/dir": `${outside}/current`, "/file": `${outside}/file` });
  assertEquals((await tree.request("/dir/a.txt")).body, "one");
  assertEquals((await tree.request("/file")).body, "one");
  await Deno.remove(`${outside}/current`);
  await Deno.symlink(`${root}/two`, `${outside}/current`);
  assertEquals((await tree.request("/dir/a.txt")).body, "two");
});

Deno.test(
  "sharedData() opens nothing but regular files",
  { ignore },
  async () => {
    await using tree = await shareTree({}, null);
    const { root } = tree;
    const made = await new Deno.Command("mkfifo", { args: [`${root}/fifo`] })
      .output();
    assertEquals(made.code, 0);
    using _listener = Deno.listen({
      transport: "unix",
      path: `${root}/socket`,
    });
    await Deno.symlink("fifo", `${root}/to-fifo`);
    await Deno.symlink("/dev/zero", `${root}/to-device`);
    tree.serve();
    const names = ["fifo", "socket", "to-fifo", "to-device"];
    await assertFallsThrough(tree, names.map((name) => `/static/${name}`));
    for (const target of [`${root}/fifo`, `${root}/socket`, "/dev/null"]) {
      assertThrows(
        () => sharedData(() => new Response(), { "/x": target }),
        TypeError,
        "neither a file nor a directory",
      );
    }
  },
);

Deno.test("sharedData() falls through when the file may not be read", {
  ignore,
}, async () => {
  await using tree = await shareTree({ "a.txt": "A" }, null);
  // The superuser may read any file, so the error is made here.
  using _open = replaceOpen(() => {
    throw new Deno.errors.PermissionDenied("Permission denied (os error 13)");
  });
  tree.serve();
  await assertFallsThrough(tree, ["/static/a.txt"]);
});

Deno.test("sharedData() answers an error when something else is wrong", async () => {
  await using tree = await shareTree({ "a.txt": "A" }, null);
  using _open = replaceOpen(() => {
    throw new Error("Too many open files (os error 24)");
  });
  tree.serve();
  assertEquals((await tree.request("/static/a.txt")).status, 500);
  assertEquals(tree.errors.length, 1);
});

Deno.test(
  "openSharedFile() notices a link put in place before the file is opened",
  { ignore },
  async () => {
    await using tree = await shareBeside({ "a.txt": "A" });
    const path = `${tree.root}/a.txt`;
    using _open = replaceOpen(async (open) => {
      await Deno.remove(path);
      await Deno.symlink(`${tree.outside}/secret.txt`, path);
      return await open();
    });
    assertEquals(await openSharedFile(path, tree.root), undefined);
  },
);

Deno.test(
  "openSharedFile() notices a directory exchanged while the file is opened",
  { ignore },
  async () => {
    await using tree = await shareBeside({ "dir/secret.txt": "fine" });
    const dir = `${tree.root}/dir`;
    using _open = replaceOpen(async (open) => {
      await Deno.rename(dir, `${dir}-saved`);
      await Deno.symlink(tree.outside, dir);
      const file = await open();
      await Deno.remove(dir);
      await Deno.rename(`${dir}-saved`, dir);
      return file;
    });
    assertEquals(
      await openSharedFile(`${dir}/secret.txt`, tree.root),
      undefined,
    );
  },
);

Deno.test("openSharedFile() notices a directory opened in place of the file", {
  ignore,
}, async () => {
  await using tree = await shareBeside({ "a.txt": "A" });
  const path = `${tree.root}/a.txt`;
  using _open = replaceOpen(async (open) => {
    await Deno.remove(path);
    await Deno.mkdir(path);
    return await open();
  });
  assertEquals(await openSharedFile(path, tree.root), undefined);
});

/** Lets something happen between the check of a file and its opening. */
function replaceOpen(
  act: (open: () => Promise<Deno.FsFile>) => Promise<Deno.FsFile>,
): Disposable {
  const { open } = Deno;
  Deno.open = (path, options) => act(() => open(path, options));
  return { [Symbol.dispose]: () => void (Deno.open = open) };
}
