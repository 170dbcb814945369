import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { makeServer, type ServerOptions } from "../../mod.ts";
import { bannerLines } from "../../serving/_banner.ts";
import { parseBindAddress } from "../../serving/bind_address.ts";
import { painter } from "../../serving/_paint.ts";
import { testSsl } from "../_test_ssl.ts";

/** The banner of a server, with its port written as PORT. */
async function bannerOf(
  hosts: string[],
  options: ServerOptions = {},
  color = false,
): Promise<string[]> {
  await using server = makeServer(hosts, 0, () => new Response(), {
    log: false,
    ...options,
  });
  const addresses = hosts.map((host) => parseBindAddress(host));
  return bannerLines(server.urls, addresses, options, painter({ color }))
    .map((line) => line.replace(/:\d+\/$/, ":PORT/"));
}

const TITLE = "devserve 0.1.0 for development, not for production";
const END = "  Press Ctrl-C to stop";

Deno.test("bannerLines() names each address as the user did", async () => {
  const directory = await Deno.makeTempDir();
  assertEquals(
    await bannerOf(["localhost", `unix://${directory}/s`, "127.0.0.1"]),
    [
      TITLE,
      "  Local    http://localhost:PORT/",
      `  Socket   unix://${directory}/s`,
      "  Local    http://127.0.0.1:PORT/",
      END,
    ],
  );
  await Deno.remove(directory);
});

Deno.test("bannerLines() shows the network and warns on all interfaces", async () => {
  const [title, local, ...rest] = await bannerOf(["0.0.0.0"]);
  assertEquals(title, TITLE);
  assertEquals(local, "  Local    http://127.0.0.1:PORT/");
  assertEquals(rest.pop(), END);
  assertStringIncludes(rest.pop()!, "any host name is served");
  const addresses = Deno.networkInterfaces().filter(({ address, family }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  assertEquals(rest.length, addresses.length);
  for (const line of rest) {
    assertMatch(line, /^ {2}Network {2}http:\/\/\d+\.\d+\.\d+\.\d+:PORT\/$/);
  }
});

Deno.test("bannerLines() does not warn when the hosts are restricted", async () => {
  const lines = await bannerOf(["0.0.0.0"], { allowedHosts: ["app.test"] });
  assert(!lines.some((line) => line.includes("any host name")));
});

Deno.test("bannerLines() shows the hosts of the network that are allowed, and no others", async () => {
  const allowedHosts = ["localhost", ".localhost", ".below.test", "app.test"];
  const lines = await bannerOf(["0.0.0.0"], { allowedHosts });
  assertEquals(lines.filter((line) => line.includes("Network")), [
    "  Network  http://app.test:PORT/",
  ]);
});

Deno.test("bannerLines() paints what matters where there are colors", async () => {
  const lines = await bannerOf(["127.0.0.1"], {}, true);
  assert(lines[0]!.startsWith("\x1b[1mdevserve 0.1.0\x1b[0m \x1b[2mfor "));
  assert(lines[1]!.startsWith("  Local    \x1b[36mhttp://127.0.0.1:"));
  assert(lines[1]!.endsWith("\x1b[0m"));
});

Deno.test("bannerLines() says how browsers come to trust adhoc certificates", async () => {
  using ssl = testSsl();
  const { certFile, keyFile } = ssl;
  const files = await bannerOf(["localhost"], {
    sslContext: [certFile, keyFile],
  });
  assertEquals(files, [TITLE, "  Local    https://localhost:PORT/", END]);
  const address = parseBindAddress("0.0.0.0:80");
  const lines = bannerLines(
    ["https://127.0.0.1/"],
    [address],
    { sslContext: "adhoc" },
    painter({ color: false }),
  );
  assertEquals(
    lines.at(-2),
    "  To have browsers trust the certificate, run devserve with: cert --trust",
  );
  for (const line of lines.filter((line) => line.includes("Network"))) {
    assertMatch(line, /^ {2}Network {2}https:\/\//);
  }
});
