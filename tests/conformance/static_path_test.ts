// Which paths lead to a file, as others test it, sent to `sharedData()` over a
// socket without a client that would normalize them. Only inputs and outcomes
// are taken over; 404 stands for the answer of the app behind it.
//
// - golang/go, src/net/http/fs_test.go at 061efaa8, BSD-3-Clause
// - pillarjs/send, test/send.js at 092f3fc7, MIT
// - denoland/std, http/file_server_test.ts at ca58f942, MIT
// - encode/starlette, tests/test_staticfiles.py at cb8f84f5, BSD-3-Clause
import { assertEquals, assertNotEquals } from "@std/assert";
import type { SharedDataOptions } from "../../middleware/shared_data/shared_data.ts";
import { shareTree } from "../middleware/_shared_tree.ts";

const ignore = Deno.build.os === "windows";

// Why an outcome is not theirs.
const NEVER_OWN = "what is not served is for the app to answer, not 400 or 403";
const NO_PAGES = "no redirects, no index, no listing";
const NOT_RESOLVED = "dot segments and empty ones are refused, not resolved";

/** Path below the prefix, their outcome, and ours with the reason. */
type PathCase = [
  path: string,
  theirs: number | string,
  ours?: number | string,
  reason?: string,
];

interface Source {
  files: Record<string, string>;
  options?: SharedDataOptions;
  cases: PathCase[];
}

const SEND_FILES = {
  "name.txt": "tobi",
  "empty.txt": "",
  "some thing.txt": "hey",
  "do..ts.txt": "...",
  "pets/index.html": "tobi,loki,jane",
  "pets/.hidden": "secret",
  "name.dir/name.txt": "tobi",
  "snow ☃/index.html": "",
  ".hidden.txt": "secret",
  ".mine/name.txt": "tobi",
  ".mine/.hidden": "secret",
};

const SOURCES: Record<string, Source> = {
  "pillarjs/send": {
    files: SEND_FILES,
    cases: [
      ["/name.txt", "tobi"],
      ["/empty.txt", ""],
      ["/some%20thing.txt", "hey"],
      ["/do..ts.txt", "..."],
      ["/some%99thing.txt", 400, 404, NEVER_OWN],
      ["/some%00thing.txt", 400, 404, NEVER_OWN],
      [`/${"foobar".repeat(99)}`, 404],
      ["/meow", 404],
      ["/pets", 301, 404, NO_PAGES],
      ["/pets/", "tobi,loki,jane", 404, NO_PAGES],
      ["//pets", 301, 404, NO_PAGES],
      ["/snow%20%E2%98%83", 301, 404, NO_PAGES],
      ["/pets/../name.txt", "tobi", 404, NOT_RESOLVED],
      ["/pets/../../send.js", 403, 404, NEVER_OWN],
      ["/../name.dir/name.txt", 403, 404, NEVER_OWN],
      ["/pets/../../root/name.txt", 403, 404, NEVER_OWN],
      ["/.hidden.txt", 404],
      ["/.mine/name.txt", 404],
      ["/.mine", 404],
      ["/.mine/", 404],
      ["/.nothere", 404],
      ["/.what/name.txt", 404],
      ["/pets/.hidden", 404],
      ["/.mine/.hidden", 404],
    ],
  },
  'pillarjs/send with dotfiles "allow"': {
    files: SEND_FILES,
    options: { dotfiles: true },
    cases: [
      ["/.hidden.txt", "secret"],
      ["/.mine/name.txt", "tobi"],
      ["/.nothere", 404],
    ],
  },
  "golang/go": {
    files: { "file": "0123456789\n", "index.html": "index.html says hello\n" },
    cases: [
      ["/file", "0123456789\n"],
      ["/../file", 400, 404, NEVER_OWN],
      ["/..", 400, 404, NEVER_OWN],
      ["/../", 400, 404, NEVER_OWN],
      ["/../foo", 400, 404, NEVER_OWN],
      ["/..\\foo", 400, 404, NEVER_OWN],
      ["/file/a/..", 400, 404, NEVER_OWN],
      ["/file/a\\..", 400, 404, NEVER_OWN],
      ["/file%00", 404],
      ["/%00", 404],
      ["/file/qwe/%00", 404],
      ["/../testdata/file", 404],
      ["/NUL", 404],
      ["/index.html/not-a-file", 404],
      ["/index.html/not-a-dir/not-a-file", 404],
      ["/index.html", "index.html says hello\n"],
      ["/", "index.html says hello\n", 404, NO_PAGES],
      ["/file/", 301, 404, NO_PAGES],
    ],
  },
  // Its default is to serve dot-files; this is `showDotfiles: false`.
  "denoland/std": {
    files: {
      "hello.html": "hello",
      "%": "percent",
      "file#2.txt": "hash",
      "test file.txt": "space",
      "subdir/test_file.txt": "sub",
      ".dotfile": "dotfile",
    },
    cases: [
      ["/hello.html", "hello"],
      ["/hello.html?test", "hello"],
      ["/%25", "percent"],
      ["/file%232.txt", "hash"],
      ["/test%20file.txt", "space"],
      ["/badfile.txt", 404],
      ["/.dotfile", 404],
      ["/../../../../../../../..", "listing", 404, NO_PAGES],
      ["/%2F..%2F..%2F..%2F..%2F..%2F..%2F..%2F..", 301, 404, NO_PAGES],
      ["/hello.html/?test", 301, 404, NO_PAGES],
      ["/subdir//////test_file.txt/////?test", 301, 404, NO_PAGES],
    ],
  },
  "encode/starlette": {
    files: { "example.txt": "<file content>" },
    cases: [
      ["/example.txt", "<file content>"],
      ["/", 404],
      ["/404.txt", 404],
      ["/foo/example.txt", 404],
      ["/example.txt/foo", 404],
      [`/${"a".repeat(4096)}.txt`, 404],
      ["/../example.txt", 404],
      ["/../static1.txt", 404],
      ["/../root_disallow/index.html", 404],
    ],
  },
};

for (const [source, { files, options, cases }] of Object.entries(SOURCES)) {
  Deno.test(
    `sharedData() finds the files of ${source}`,
    { ignore },
    async () => {
      await using tree = await shareTree(files, options);
      for (
        const name of ["send.js", "static1.txt", "root_disallow/index.html"]
      ) {
        await tree.write(`../${name}`, "outside");
      }
      for (const [path, theirs, ours, reason] of cases) {
        const { status, body } = await tree.request(`/static${path}`);
        assertEquals(status === 200 ? body : status, ours ?? theirs, path);
        assertNotEquals(ours, theirs, path);
        assertEquals(reason === undefined, ours === undefined, path);
      }
    },
  );
}

Deno.test("sharedData() treats links as encode/starlette does by default", {
  ignore,
}, async () => {
  await using tree = await shareTree({ "statics/index.html": "hello" }, null);
  const { root, outside } = tree;
  await Deno.writeTextFile(`${outside}/page.html`, "outside");
  await Deno.symlink(`${outside}/page.html`, `${root}/statics/page.html`);
  await Deno.symlink(outside, `${root}/statics/html`);
  await Deno.symlink(`${root}/statics`, `${root}/link`);
  // `follow_symlink=True` would serve the first two; there is no such option.
  tree.serve({}, { "/static": `${root}/statics`, "/link": `${root}/link` });
  assertEquals((await tree.request("/static/page.html")).status, 404);
  assertEquals((await tree.request("/static/html/page.html")).status, 404);
  assertEquals((await tree.request("/link/index.html")).body, "hello");
  assertEquals((await tree.request("/link/../index.html")).status, 404);
});

Deno.test("sharedData() leaves other methods to the app, unlike golang/go", async () => {
  await using tree = await shareTree({ "file": "0123456789\n" });
  // There, all of these get the file with status 200.
  for (const method of ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
    const { status, headers } = await tree.request("/static/file", {}, method);
    assertEquals([status, headers.get("allow")], [405, "GET, HEAD"], method);
  }
});
