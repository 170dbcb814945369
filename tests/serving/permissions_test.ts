import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { MAIN, makeFolder, servedAt } from "../_devserve.ts";
import { type ChildProcess, startProcess } from "../_process.ts";
import { fetchUntil, save } from "../reloader/_reload.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const TEMPORARY = "/tmp";

/** Tells what it may do: read what it is given, and nothing else. */
function appOf(version: number): string {
  return `const stateOf = (path) => Deno.permissions.querySync({ name: "read", path }).state;
    const text = ["v${version}", stateOf("${TEMPORARY}"), stateOf("/etc")].join(" ");
    export default () => new Response(text);`;
}

/** Runs a main module under permissions, and never asks for others. */
function run(
  folder: string,
  permissions: readonly string[],
  main: readonly string[],
): ChildProcess {
  const flags = ["run", "--no-prompt", "--unstable-net", ...permissions];
  return startProcess([Deno.execPath(), ...flags, ...main], {
    cwd: folder,
    env: { NO_COLOR: "1", TMPDIR: TEMPORARY },
  });
}

const PARTS = [
  `--allow-read=${TEMPORARY},${ROOT}`,
  `--allow-write=${TEMPORARY}`,
  "--allow-env",
  "--allow-net",
];

const isLinux = Deno.build.os === "linux";

Deno.test(
  "devserve reloads with permissions that were granted in part, which hold for each generation",
  {
    ignore: !isLinux,
  },
  async () => {
    using folder = makeFolder({ "app.ts": appOf(1) });
    const main = [MAIN, "app.ts", "-p", "0"];
    await using child = run(folder.path, [...PARTS, "--allow-run"], main);
    const url = await servedAt(child);
    await fetchUntil(url, "v1 granted prompt");
    await save(`${folder.path}/app.ts`, appOf(2));
    await fetchUntil(url, "v2 granted prompt");
    await child.waitFor(/Errors are shown without variables/, "stderr");
    assertStringIncludes(child.stderr, "Showing them takes --allow-read=");
  },
);

Deno.test("runSimple() reloads with permissions that were granted in part", {
  ignore: !isLinux,
}, async () => {
  const mainOf = (version: number) =>
    `import { runSimple } from "${MAIN}";
    ${appOf(version).replace("export default", "const app =")}
    await runSimple("localhost", 0, app, { useReloader: true });`;
  using folder = makeFolder({ "main.ts": mainOf(1) });
  await using child = run(folder.path, [...PARTS, "--allow-run"], ["main.ts"]);
  const url = await servedAt(child);
  await fetchUntil(url, "v1 granted prompt");
  await save(`${folder.path}/main.ts`, mainOf(2));
  await fetchUntil(url, "v2 granted prompt");
});

Deno.test("devserve serves, and says what reloading takes", {
  ignore: !isLinux,
}, async () => {
  using folder = makeFolder({ "app.ts": appOf(1) });
  const main = [MAIN, "app.ts", "-p", "0"];
  for (
    const [permissions, expected] of [
      [["--allow-run"], undefined],
      [
        ["--allow-run", "--allow-net=127.0.0.1,[::1],localhost"],
        /Changes are not noticed, as that takes --allow-net without a list$/m,
      ],
      [
        [],
        /Changes are not noticed, as that takes --allow-run$/m,
      ],
    ] as const
  ) {
    const all = [...PARTS, ...permissions].filter((flag) =>
      // A list takes the place of the whole.
      flag !== "--allow-net" ||
      !permissions.some((other) => other.startsWith("--allow-net"))
    );
    await using child = run(folder.path, all, main);
    const url = await servedAt(child);
    await fetchUntil(url, "v1 granted prompt");
    if (expected === undefined) {
      assertEquals(child.stderr.includes("Changes are not noticed"), false);
    } else assertMatch(child.stderr, expected);
  }
});

/** Runs `devserve cert` to its end, under permissions. */
async function runCert(
  folder: string,
  name: string,
  permissions: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const flags = ["run", "--no-prompt", "--allow-env", ...permissions];
  await using child = startProcess(
    [Deno.execPath(), ...flags, MAIN, "cert", name],
    {
      cwd: folder,
      env: { NO_COLOR: "1", DEVSERVE_CA_DIR: `${folder}/ca` },
    },
  );
  const { code } = await child.finished();
  return { code, stdout: child.stdout, stderr: child.stderr };
}

for (
  const [what, run] of [
    ["all programs", "--allow-run"],
    // Neither Git nor what changes trust stores.
    ["Deno alone", `--allow-run=${Deno.execPath()}`],
  ] as const
) {
  Deno.test(`devserve cert makes a certificate when it may run ${what}`, {
    ignore: !isLinux,
  }, async () => {
    using folder = makeFolder({});
    const permissions = ["--allow-read", "--allow-write", run];
    const made = await runCert(folder.path, "app.test", permissions);
    assertEquals([made.code, made.stderr], [0, ""]);
    assertStringIncludes(made.stdout, "--cert certs/app.test.crt");
  });
}

for (const [given, missing] of [["read", "write"], ["write", "read"]]) {
  Deno.test(`devserve cert says that it lacks --allow-${missing}`, {
    ignore: !isLinux,
  }, async () => {
    using folder = makeFolder({});
    const permissions = [`--allow-${given}`, "--allow-run"];
    const made = await runCert(folder.path, "app.test", permissions);
    assertEquals(made.code, 1);
    const lines = (made.stdout + made.stderr).trim().split("\n");
    assertEquals(lines.length, 1, lines.join("\n"));
    assertStringIncludes(lines[0]!, `Requires ${missing} access`);
  });
}

Deno.test("devserve reloads where it may not read what is above the project", {
  ignore: !isLinux,
}, async () => {
  using folder = makeFolder({ "app.ts": appOf(1) });
  using temporary = makeFolder({});
  const parts = [
    `--allow-read=${folder.path},${temporary.path},${ROOT}`,
    `--allow-write=${temporary.path}`,
    ...["--allow-env", "--allow-net", "--allow-run"],
  ];
  await using child = startProcess([
    Deno.execPath(),
    ...["run", "--no-prompt", ...parts, MAIN, "app.ts", "-p", "0"],
    "--no-debugger",
  ], {
    cwd: folder.path,
    env: { NO_COLOR: "1", TMPDIR: temporary.path },
  });
  const url = await servedAt(child);
  await fetchUntil(url, "v1 prompt prompt");
  await save(`${folder.path}/app.ts`, appOf(2));
  await fetchUntil(url, "v2 prompt prompt");
  assertEquals((await child.stop("SIGTERM")).code, 143);
});

/** What is said about permissions that are missing. */
async function missingWith(
  permissions: (folder: string) => readonly string[],
): Promise<string> {
  using folder = makeFolder({ "app.ts": appOf(1) });
  const flags = ["--allow-net", ...permissions(folder.path)];
  const main = [MAIN, "app.ts", "-p", "0"];
  await using child = run(folder.path, flags, main);
  await child.waitFor(/Local .*:\d+/, "stderr");
  return child.stderr;
}

Deno.test(
  "devserve names the permission to run others alone if the rest is there",
  {
    ignore: !isLinux,
  },
  async () => {
    const said = await missingWith(() => [
      `--allow-run=${Deno.execPath()}`,
      `--allow-read=${TEMPORARY},${ROOT}`,
      `--allow-write=${TEMPORARY}`,
      "--allow-env",
    ]);
    assertMatch(said, /^Changes are not noticed, as that takes --allow-run$/m);
  },
);

Deno.test("devserve says that it does not know where temporary files are", {
  ignore: !isLinux,
}, async () => {
  const said = await missingWith((folder) => [
    "--allow-run",
    `--allow-read=${folder},${ROOT}`,
    `--allow-write=${folder}`,
  ]);
  assertStringIncludes(
    said,
    "--allow-read=/tmp, --allow-write=/tmp, or --allow-env=TMPDIR where",
  );
});

Deno.test("devserve says that variables are shown with the user's cache", {
  ignore: !isLinux,
}, async () => {
  const said = await missingWith(() => [
    "--allow-run",
    "--allow-read",
    "--allow-write",
  ]);
  assertStringIncludes(
    said,
    "Errors are shown without variables. Showing them takes --allow-env=HOME,XDG_CACHE_HOME\n",
  );
});
