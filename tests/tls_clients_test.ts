import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Chromium, openChromium } from "./_chromium.ts";
import { startProcess } from "./_process.ts";
import { type HttpsServer, serveHttps } from "./_serve_https.ts";
import { tool } from "./_tool.ts";

/** The programs are those of Linux: others build curl and openssl differently. */
const notLinux = Deno.build.os !== "linux";

/** The names by which the server is reached, as they stand in URLs. */
const HOSTS = ["localhost", "127.0.0.1", "[::1]", "app.localhost"];

/** The ways to have the certificate for the last of them, too. */
const WAYS = [
  ["-b", "localhost:0", "--allowed-host", "app.localhost"],
  ["-b", "app.localhost:0"],
];

/** The color of the page: green, as a word of the pixels of a picture. */
const COLOR = 0xff008000;

const APP = `
export default async function app(request) {
  if (request.headers.get("upgrade") === "websocket") {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data + " and back");
    return response;
  }
  const body = await request.text();
  if (body) return new Response(body + " to " + request.url, { status: 202 });
  return new Response(
    '<!doctype html><title>Page</title><link rel="icon" href="data:,">' +
      '<body style="background: green">',
    { headers: { "content-type": "text/html" } },
  );
}`;

/** Runs a program to its end, and returns all that it writes. */
async function run(
  ...command: [string, ...string[]]
): Promise<{ code: number; output: string }> {
  // Where the distribution forbids old versions, no server could refuse them.
  await using child = startProcess(command, {
    env: { OPENSSL_CONF: "/dev/null" },
  });
  const { code } = await child.finished();
  return { code, output: child.stdout + child.stderr };
}

const openssl = tool("openssl");
const curl = tool("curl");
const chromium = tool("chromium");
const testssl = tool("testssl");

/** The arguments of openssl that say whose certificate it has to be. */
function verification(host: string, caFile: string): string[] {
  const kind = isIp(host) ? "-verify_ip" : "-verify_hostname";
  return ["-CAfile", caFile, kind, host.replace(/[[\]]/g, "")];
}

/** The arguments with which openssl connects, and insists on the certificate. */
function connection(host: string, { port, caFile }: HttpsServer): string[] {
  return [
    "s_client",
    // Not every system knows names below localhost.
    ...["-connect", `${isIp(host) ? host : "127.0.0.1"}:${port}`],
    ...(isIp(host) ? ["-noservername"] : ["-servername", host]),
    ...[...verification(host, caFile), "-verify_return_error"],
  ];
}

function isIp(host: string): boolean {
  return /^[[\d]/.test(host);
}

for (const flags of WAYS) {
  const title = `devserve ${flags.join(" ")}`;

  Deno.test({
    name: `${title} has a certificate and protocols that openssl accepts`,
    ignore: notLinux || openssl.ignore,
    fn: async (t) => {
      await using server = await serveHttps(APP, flags);
      const { caFile, home } = server;
      for (const host of HOSTS) {
        await t.step(host, async () => {
          const connect = connection(host, server);
          const connectWith = (...args: string[]) =>
            run(openssl.path, ...connect, ...args);
          for (const protocol of ["h2", "http/1.1"]) {
            for (const version of ["1.2", "1.3"]) {
              const { code, output } = await connectWith(
                ...["-alpn", protocol, "-showcerts"],
                `-tls${version.replace(".", "_")}`,
              );
              assertEquals(code, 0, output);
              assertStringIncludes(output, "Verify return code: 0 (ok)");
              assertStringIncludes(output, `\nALPN protocol: ${protocol}\n`);
              assertStringIncludes(output, `\nNew, TLSv${version}, Cipher is`);
              await Deno.writeTextFile(`${home}/shown.pem`, output);
            }
          }
          for (const version of ["-tls1_1", "-tls1"]) {
            const { code, output } = await connectWith(
              version,
              // Without this openssl itself has nothing to offer.
              ...["-cipher", "ALL:@SECLEVEL=0"],
            );
            assertEquals(code, 1, output);
            assertMatch(output, /alert (?:handshake failure|protocol version)/);
          }
          const shown = `${home}/shown.pem`;
          const verified = await run(
            openssl.path,
            ...["verify", "-x509_strict", "-purpose", "sslserver"],
            ...[...verification(host, caFile), "-untrusted", shown, shown],
          );
          assertEquals(verified.output, `${shown}: OK\n`);
        });
      }
    },
  });

  Deno.test({
    name: `${title} serves curl by HTTP/2 and HTTP/1.1`,
    ignore: notLinux || curl.ignore,
    fn: async (t) => {
      await using server = await serveHttps(APP, flags);
      for (const host of HOSTS) {
        await t.step(host, async () => {
          const url = `https://${host}:${server.port}/path`;
          for (const [flag, version] of [["--http2", 2], ["--http1.1", 1.1]]) {
            const { code, output } = await run(
              curl.path,
              // The first one has it read no settings of the user.
              ...["-q", "-sS", "--noproxy", "*", "--cacert", server.caFile],
              ...["-w", " %{http_version} %{http_code} %{ssl_verify_result}"],
              ...[String(flag), "--data", "posted", url],
            );
            assertEquals(
              { code, output },
              { code: 0, output: `posted to ${url} ${version} 202 0` },
            );
          }
        });
      }
    },
  });

  Deno.test({
    name: `${title} serves Chromium as long as its authority is trusted`,
    ignore: notLinux || chromium.ignore || tool("certutil").ignore,
    fn: async (t) => {
      await using server = await serveHttps(APP, flags);
      const store = ["--store", "browsers"];
      await t.step("before", () => assertRefused(server));
      const trusted = await server.cert("--trust", ...store);
      assertMatch(trusted, /^ {2}Chromium \(~\/\S+\/nssdb\): trusted$/m);
      {
        await using browser = await openChromium(chromium.path, server.home);
        for (const host of HOSTS) {
          const url = `https://${host}:${server.port}/`;
          await t.step(host, () => assertServed(browser, url));
        }
      }
      const untrusted = await server.cert("--untrust", ...store);
      assertMatch(untrusted, /^ {2}Chromium \(.*\): not trusted$/m);
      await t.step("after", () => assertRefused(server));
    },
  });
}

async function assertRefused({ home, port }: HttpsServer): Promise<void> {
  await using browser = await openChromium(chromium.path, home);
  const page = await browser.load(`https://localhost:${port}/`);
  assertEquals(page.error, "net::ERR_CERT_AUTHORITY_INVALID");
  assertEquals(page.security, "insecure-broken");
  assertEquals(await page.evaluate("isSecureContext"), false);
}

async function assertServed(browser: Chromium, url: string): Promise<void> {
  const page = await browser.load(url);
  assertEquals(page.error, undefined);
  assertEquals(page.security, "secure");
  assertEquals(
    await page.evaluate(`(async () => {
      const body = { method: "POST", body: "fetched" };
      const fetched = await (await fetch("/fetch", body)).text();
      const socket = new WebSocket("wss://" + location.host);
      const answer = await new Promise((resolve, reject) => {
        socket.onopen = () => socket.send("sent");
        socket.onmessage = ({ data }) => resolve(data);
        socket.onerror = () => reject(new Error("no WebSocket"));
      });
      const [{ nextHopProtocol }] = performance.getEntriesByType("navigation");
      const { title, URL: url } = document;
      return { title, url, isSecureContext, nextHopProtocol, fetched, answer };
    })()`),
    {
      title: "Page",
      url,
      isSecureContext: true,
      nextHopProtocol: "h2",
      fetched: `fetched to ${url}fetch`,
      answer: "sent and back",
    },
  );
  // What a person sees is the page as well: its color all over.
  const picture = await page.screenshot();
  const colors = await page.evaluate(`(async () => {
    const blob = await (await fetch("${picture}")).blob();
    const image = await createImageBitmap(blob);
    const { width, height } = image;
    const context = new OffscreenCanvas(width, height).getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return [...new Set(new Uint32Array(data.buffer))];
  })()`);
  assertEquals(colors, [COLOR]);
}

/** What testssl has found out about one thing. */
interface Finding {
  readonly id: string;
  readonly severity: string;
  readonly finding: string;
}

/**
 * The findings of testssl that do not apply to an authority on one's own machine:
 * that there is neither a CRL nor OCSP, as nobody could be asked about it.
 */
const NOT_APPLICABLE = ["cert_revocation"];

/** What testssl finds out about protocols and certificate at a host. */
async function findingsAt(
  host: string,
  { port, caFile, home }: HttpsServer,
): Promise<Finding[]> {
  const file = `${home}/${host.replaceAll(":", "-")}.json`;
  const isIpv6 = host.startsWith("[");
  const { output } = await run(
    testssl.path,
    ...["--quiet", "--color", "0", "--warnings", "batch", "--fast"],
    ...["--protocols", "--server-defaults", "--add-ca", caFile],
    // Not every system knows names below localhost.
    ...["--nodns", "none", "--ip", isIpv6 ? "::1" : "127.0.0.1"],
    ...(isIpv6 ? ["-6"] : []),
    ...["--jsonfile", file, `https://${host}:${port}/`],
  );
  assertStringIncludes(output, " Done ", host);
  return JSON.parse(await Deno.readTextFile(file));
}

Deno.test({
  name: "devserve --cert has testssl find nothing wrong",
  ignore: notLinux || testssl.ignore,
  fn: async (t) => {
    await using server = await serveHttps(APP, WAYS[0]!);
    // It compares addresses as text, with what openssl makes of them.
    const hosts = HOSTS.map((host) => host.replace("::1", "0:0:0:0:0:0:0:1"));
    const scans: Promise<Finding[]>[] = [];
    for (const host of hosts) {
      scans.push(findingsAt(host, server));
      // Each keeps a core busy for seconds: more would only slow each other.
      if (scans.length % 2 === 0) await Promise.allSettled(scans);
    }
    for (const [index, scan] of scans.entries()) {
      await t.step(HOSTS[index]!, async () => {
        const findings = await scan;
        // Not "WARN", by which it says that it has failed itself: it does when
        // openssl ends before it has got the ticket for the next session.
        const wrong = findings.filter(({ id, severity }) =>
          ["HIGH", "CRITICAL", "FATAL"].includes(severity) &&
          !NOT_APPLICABLE.includes(id)
        );
        assertEquals(wrong, []);
        const found = Object.fromEntries(
          findings.map(({ id, finding }) => [id, finding]),
        );
        for (const id of ["SSLv2", "SSLv3", "TLS1", "TLS1_1"]) {
          assertEquals(found[id], "not offered", id);
        }
        assertEquals(found.TLS1_2, "offered");
        assertEquals(found.TLS1_3, "offered with final");
        assertEquals(found.ALPN_HTTP2, "h2");
        assertEquals(found.ALPN, "http/1.1");
        assertMatch(found.cert_trust!, /^Ok via SAN\b/);
        assertEquals(found.cert_chain_of_trust?.trim(), "passed.");
      });
    }
  },
});
