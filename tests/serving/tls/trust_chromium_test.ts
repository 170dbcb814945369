import { assertEquals, assertStringIncludes } from "@std/assert";
import { ensureDevCa } from "../../../serving/tls/dev_ca.ts";
import { makeSslDevcert } from "../../../serving/tls/make_ssl_devcert.ts";
import { trustCa, untrustCa } from "../../../serving/tls/trust_store.ts";
import { startProcess } from "../../_process.ts";
import { tool } from "../../_tool.ts";
import { fakeMachine } from "./_fake_machine.ts";

const onLinux = Deno.build.os === "linux";
const chromium = tool("chromium");
const ignore = !onLinux || chromium.ignore || tool("certutil").ignore;
const stores = ["browsers"] as const;
const HOSTS = ["localhost", "127.0.0.1", "[::1]", "app.localhost"];

/** Loads a page in a browser with a home directory, and returns its document. */
async function dump(url: string, home: string): Promise<string> {
  const profile = await Deno.makeTempDir();
  try {
    await using browser = startProcess([
      chromium.path,
      ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update"],
      ...["--disable-sync", "--disable-quic", `--user-data-dir=${profile}`],
      ...["--dump-dom", url],
    ], {
      // Other variables may lead it to the real home.
      env: { HOME: home, PATH: Deno.env.get("PATH") ?? "" },
      clearEnv: true,
    });
    await browser.finished();
    return browser.stdout;
  } finally {
    await Deno.remove(profile, { recursive: true });
  }
}

Deno.test({
  name:
    "trustCa() has Chromium load pages without a warning, untrustCa() ends that",
  ignore,
  fn: async () => {
    await using machine = await fakeMachine();
    await machine.take("certutil");
    await machine.program("chromium", "");
    const variables = ["DEVSERVE_CA_DIR", "CAROOT"];
    const before = variables.map((name) => Deno.env.get(name));
    variables.forEach((name) => Deno.env.set(name, `${machine.home}/${name}`));
    const requests: string[] = [];
    try {
      const [certFile, keyFile] = await makeSslDevcert(
        `${machine.home}/app`,
        { names: HOSTS },
      );
      const ca = ensureDevCa();
      await using server = Deno.serve({
        hostname: "::",
        port: 0,
        cert: await Deno.readTextFile(certFile),
        key: await Deno.readTextFile(keyFile),
        onListen: () => {},
      }, (request) => {
        requests.push(new URL(request.url).hostname);
        return new Response(
          '<!doctype html><link rel="icon" href="data:,"><p>Page of the app',
          { headers: { "content-type": "text/html" } },
        );
      });
      const load = (host: string) =>
        dump(`https://${host}:${server.addr.port}/`, machine.home);

      const unknown = await load("localhost");
      assertEquals(unknown.includes("Page of the app"), false);
      assertEquals(requests, []);

      await trustCa(ca, { stores, machine });
      for (const host of HOSTS) {
        assertStringIncludes(await load(host), "<p>Page of the app</p>");
      }
      assertEquals(requests.splice(0), HOSTS);

      await untrustCa(ca, { stores, machine });
      const forgotten = await load("localhost");
      assertEquals(forgotten.includes("Page of the app"), false);
      assertEquals(requests, []);
    } finally {
      variables.forEach((name, index) => {
        const value = before[index];
        if (value === undefined) Deno.env.delete(name);
        else Deno.env.set(name, value);
      });
    }
  },
});
