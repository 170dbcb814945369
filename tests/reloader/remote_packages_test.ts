import { assertEquals } from "@std/assert";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { fetchUntil, save } from "./_reload.ts";

const PACKAGE = {
  "/mod.ts": `export { inner } from "./inner.ts";
    export const name: string = "package";
    console.log("package runs after", globalThis.setup);`,
  "/inner.ts": `export const inner = "inner";`,
};

/** Serves a package as JSR does, and a module by itself that has moved. */
async function serveRegistry(): Promise<Deno.HttpServer & { url: string }> {
  const manifest: Record<string, unknown> = {};
  for (const [path, text] of Object.entries(PACKAGE)) {
    const checksum = `sha256-${await sha256(text)}`;
    manifest[path] = { size: text.length, checksum };
  }
  const exports = { ".": "./mod.ts" };
  const versions = { "1.0.0": {} };
  const scope = { scope: "try", name: "it", latest: "1.0.0", versions };
  const files: Record<string, string> = {
    "/@try/it/meta.json": JSON.stringify(scope),
    "/@try/it/1.0.0_meta.json": JSON.stringify({ manifest, exports }),
    "/plain.ts": `export const plain: string = "plain";`,
    ...Object.fromEntries(
      Object.entries(PACKAGE).map((
        [path, text],
      ) => [`/@try/it/1.0.0${path}`, text]),
    ),
  };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    ({ url }) => {
      const { pathname } = new URL(url);
      if (pathname === "/moved.ts") {
        return Response.redirect(new URL("/plain.ts", url));
      }
      const type = pathname.endsWith(".json") ? "json" : "typescript";
      return new Response(files[pathname] ?? null, {
        status: pathname in files ? 200 : 404,
        headers: { "Content-Type": `application/${type}` },
      });
    },
  );
  const url = `http://127.0.0.1:${server.addr.port}/`;
  return Object.assign(server, { url });
}

async function sha256(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}

Deno.test("devserve runs packages of JSR and modules of other hosts when the app does", async () => {
  await using registry = await serveRegistry();
  const app = (version: number) => `
    import "./setup.ts";
    import { inner, name } from "it";
    import { name as same } from "jsr:@try/it@1";
    import { plain } from "${registry.url}moved.ts";
    export default () =>
      new Response([name === same, inner, plain, ${version}].join(" "));`;
  using folder = makeFolder({
    "deno.json": `{ "imports": { "it": "jsr:@try/it@^1" } }`,
    "app.ts": app(0),
    "setup.ts": `globalThis.setup = "setup";`,
  });
  await using child = startDevserve(["app.ts", "-p", "0"], {
    cwd: folder.path,
    env: { JSR_URL: registry.url },
  });
  const url = await servedAt(child);
  await fetchUntil(url, "true inner plain 0");
  for (let version = 1; version <= 3; version++) {
    // Long enough for the next process to load the packages ahead.
    await new Promise((resolve) => setTimeout(resolve, 600));
    await save(`${folder.path}/app.ts`, app(version));
    await fetchUntil(url, `true inner plain ${version}`);
  }
  assertEquals(
    child.stdout.match(/package runs.*/g),
    Array(4).fill("package runs after setup"),
  );
});
