import { assert, assertEquals, assertExists, assertFalse } from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import { join } from "@std/path/join";
import config from "../../deno.json" with { type: "json" };
import { type ChildProcess, startProcess } from "../_process.ts";
import { linkPackages } from "./_link_packages.ts";
import { type PublishedPackage, Registry } from "./_registry.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));

const APP = `export default () => new Response("served from JSR");\n`;

const SCRIPT = `import { runSimple } from "jsr:@x/devserve";
await runSimple("127.0.0.1", 0, () => new Response("run from JSR"));
`;

Deno.test("deno publish uploads a package that works from JSR", async (t) => {
  await using registry = new Registry();
  for await (const pack of linkPackages(join(ROOT, "links"))) {
    registry.add(pack);
  }
  await publish(registry);
  const pack = registry.get(config.name);
  assertExists(pack);

  await t.step("it holds what is to be published", () => {
    assertEquals(pack.version, config.version);
    assertUploaded(pack);
  });

  // A user's machine: a folder that knows nothing of us, an empty cache.
  await using home = await foreignFolder();
  const env = {
    DENO_DIR: join(home.path, "deno_dir"),
    JSR_URL: registry.url,
    NO_COLOR: "1",
  };
  const folder = join(home.path, "project");

  await t.step("deno run -A jsr:@x/devserve app.ts serves", async () => {
    await Deno.writeTextFile(join(folder, "app.ts"), APP);
    await Deno.writeTextFile(join(folder, "note.txt"), "a static file");
    await using server = startProcess(
      [Deno.execPath(), "run", "-A", "jsr:@x/devserve", "app.ts"],
      {
        cwd: folder,
        env: { ...env, DEVSERVE_PORT: "0", DEVSERVE_STATIC: "/static=." },
      },
    );
    const url = await servedUrl(server);
    const response = await fetch(url);
    assertEquals(await response.text(), "served from JSR");
    // Its code is loaded at the first such request, from JSR too.
    const file = await fetch(`${url}/static/note.txt`);
    assertEquals(await file.text(), "a static file");
    await assertStops(server, "SIGTERM");
  });

  await t.step("deno run --config holds for the app", async () => {
    const code = `import { NAME } from "#name";
      export default () => new Response(NAME);`;
    await Deno.writeTextFile(join(folder, "named_app.ts"), code);
    const nameOf = (name: string) =>
      Deno.writeTextFile(
        join(folder, "named.json"),
        JSON.stringify({
          imports: {
            "#name": `data:text/javascript,
          export const NAME = "${name}"`,
          },
        }),
      );
    await nameOf("one");
    await using server = startProcess([
      Deno.execPath(),
      ...["run", "-A", "--config", "named.json", "jsr:@x/devserve"],
      ...["named_app.ts", "--port=0"],
    ], { cwd: folder, env });
    const url = await servedUrl(server);
    assertEquals(await (await fetch(url)).text(), "one");
    await nameOf("two");
    await server.waitFor(/generation 2/, "stderr");
    // The old process is told a moment later than we are.
    let text = await (await fetch(url)).text();
    while (text === "one") text = await (await fetch(url)).text();
    assertEquals(text, "two");
    await assertStops(server, "SIGTERM");
  });

  await t.step("deno run -A jsr:@x/devserve serves HTTPS", async () => {
    const directory = join(home.path, "certificates");
    const certEnv = { ...env, DEVSERVE_CA_DIR: directory, CAROOT: directory };
    await using server = startProcess(
      [
        Deno.execPath(),
        ...["run", "-A", "jsr:@x/devserve", "app.ts"],
        ...["--port=0", "--cert=adhoc"],
      ],
      { cwd: folder, env: certEnv },
    );
    const url = await servedUrl(server);
    const ca = await Deno.readTextFile(join(directory, "ca.crt"));
    using client = Deno.createHttpClient({ caCerts: [ca] });
    const response = await fetch(url, { client });
    assertEquals(await response.text(), "served from JSR");
    await assertStops(server, "SIGTERM");

    await using cert = startProcess(
      [Deno.execPath(), "run", "-A", "jsr:@x/devserve", "cert", "app.test"],
      { cwd: folder, env: certEnv },
    );
    assert((await cert.finished()).success, cert.stderr);
    await Deno.stat(join(folder, "certs", "app.test.key"));
  });

  await t.step("runSimple() serves in a script", async () => {
    await Deno.writeTextFile(join(folder, "main.ts"), SCRIPT);
    await using server = startProcess(
      [Deno.execPath(), "run", "-A", "main.ts"],
      { cwd: folder, env },
    );
    const response = await fetch(await servedUrl(server));
    assertEquals(await response.text(), "run from JSR");
    await assertStops(server, "SIGINT");
  });

  for (const [subPath, file] of Object.entries(config.exports)) {
    const specifier = `jsr:@x/devserve${subPath.slice(1)}`;
    await t.step(`import("${specifier}") has every export`, async () => {
      const local = await import(
        new URL(`../../${file}`, import.meta.url).href
      );
      await using script = startProcess(
        [
          Deno.execPath(),
          "eval",
          `console.log(JSON.stringify(Object.keys(await import("${specifier}"))))`,
        ],
        { cwd: folder, env },
      );
      const { success } = await script.finished();
      assert(success, script.stderr);
      assertEquals(JSON.parse(script.stdout), Object.keys(local));
    });
  }
});

async function publish(registry: Registry): Promise<void> {
  await using publishing = startProcess(
    [
      Deno.execPath(),
      "publish",
      "--token=none",
      "--no-provenance",
      "--allow-dirty",
    ],
    { cwd: ROOT, env: { JSR_URL: registry.url, NO_COLOR: "1" } },
  );
  const { success } = await publishing.finished();
  assert(success, publishing.stderr);
}

function assertUploaded(pack: PublishedPackage): void {
  const { include } = config.publish;
  const paths = [...pack.files.keys()].map((path) => path.slice(1));
  for (const path of paths) {
    const [top = path] = path.split("/");
    assert([...include, "deno.json"].includes(top), path);
    assertFalse(["tests", "links", "examples"].includes(top), path);
  }
  for (const wanted of include) {
    assert(
      paths.some((path) => path === wanted || path.startsWith(`${wanted}/`)),
      `${wanted} is missing`,
    );
  }
  for (const file of Object.values(pack.exports)) {
    assert(pack.files.has(file.slice(1)), `${file} is missing`);
  }
}

/** The URL in the banner, which is not one that Deno downloads from. */
async function servedUrl(server: ChildProcess): Promise<string> {
  const pattern = /^(?!Download ).*?(https?:\/\/[^/\s]+:\d+)/m;
  const [, url = ""] = await server.waitFor(pattern, "stderr");
  return url;
}

async function assertStops(
  server: ChildProcess,
  signal: "SIGINT" | "SIGTERM",
): Promise<void> {
  const { code } = await server.stop(signal);
  // Windows has no signals: the process is ended from outside.
  if (Deno.build.os === "windows") return;
  assertEquals(code, signal === "SIGINT" ? 130 : 143);
}

async function foreignFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "devserve_publish_" });
  await Deno.mkdir(join(path, "project"));
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
