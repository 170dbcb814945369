import { assertEquals, assertMatch } from "@std/assert";
import { startProcess } from "../_process.ts";
import { tool } from "../_tool.ts";
import {
  fibonacci,
  namesIn,
  serveProfiled,
  temporaryFolder,
} from "./_profiled_server.ts";

const chromium = tool("chromium");

const TYPES: Record<string, string> = {
  html: "text/html",
  css: "text/css",
  js: "text/javascript",
};

/** Sends what the page shows as soon as that is a profile, or no longer loads. */
const REPORT = `<script>
const timer = setInterval(() => {
  const text = document.body.innerText;
  if (!/fibonacci|error|went wrong/i.test(text)) return;
  clearInterval(timer);
  fetch("/seen", { method: "POST", body: text });
}, 50);
</script>`;

/** The folder of the built page of speedscope, from npm. */
async function speedscopePage(): Promise<string> {
  const specifier = "npm:speedscope@1.25.0";
  for (const command of [["cache"], ["info", "--json"]]) {
    await using child = startProcess(
      [Deno.execPath(), ...command, "--no-config", specifier],
    );
    assertEquals((await child.finished()).code, 0, child.stderr);
    if (command[0] === "cache") continue;
    const { npmPackages } = JSON.parse(child.stdout);
    return `${npmPackages["speedscope@1.25.0"].localPath}/dist/release`;
  }
  throw new Error("Cannot find speedscope");
}

async function profileFile(folder: string): Promise<string> {
  await using server = serveProfiled(
    () => new Response(String(fibonacci(36))),
    { profileDir: folder },
  );
  await (await fetch(`${server.url}/busy`)).text();
  await server.text();
  const [name = ""] = await namesIn(folder);
  return name;
}

Deno.test({
  name: "profiler() writes files that speedscope opens",
  ignore: chromium.ignore,
  async fn() {
    await using folder = await temporaryFolder();
    const page = await speedscopePage();
    const profiles = `${folder.path}/profiles`;
    const name = await profileFile(profiles);
    const seen = Promise.withResolvers<string>();
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      async (request) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/seen") {
          seen.resolve(await request.text());
          return new Response();
        }
        if (pathname === `/${name}`) {
          return new Response(await Deno.readFile(`${profiles}/${name}`));
        }
        const type = TYPES[pathname.slice(pathname.lastIndexOf(".") + 1)];
        if (type === undefined) return new Response(null, { status: 404 });
        const file = await Deno.readTextFile(page + pathname);
        return new Response(type === "text/html" ? file + REPORT : file, {
          headers: { "content-type": type },
        });
      },
    );
    const hash = `profileURL=${encodeURIComponent(`/${name}`)}&view=sandwich`;
    await using browser = startProcess([
      chromium.path,
      ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update"],
      ...["--disable-sync", "--remote-debugging-port=0"],
      `--user-data-dir=${folder.path}/browser`,
      `http://127.0.0.1:${server.addr.port}/index.html#${hash}`,
    ]);
    const ended = browser.status.then(() => browser.stderr);
    const text = await Promise.race([seen.promise, ended]);
    assertMatch(text, /Sandwich/);
    // The table is sorted by the own time; the heads of its columns come first.
    const [, rows = ""] = text.split(/Symbol Name\s*/);
    const [, symbol] = /^(?:[\d.]+\S* \([^)]*\)\s+){2}(\S+)/.exec(rows) ?? [];
    assertEquals(symbol, "fibonacci", text);
  },
});
