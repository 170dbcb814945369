import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { generateAdhocSslPair } from "../../../serving/tls/generate_adhoc_ssl_pair.ts";
import { checkSslPair } from "../../../serving/tls/load_ssl_context.ts";
import { temporaryHome } from "./_tls_fixtures.ts";

const LOCAL = "DNS:localhost, IP Address:127.0.0.1, IP Address:::1";

Deno.test("generateAdhocSslPair() makes a certificate for this computer", async () => {
  using home = temporaryHome();
  const pair = await generateAdhocSslPair();
  const certificate = new X509Certificate(pair.cert);
  assertEquals(checkSslPair(pair), pair);
  const ca = new X509Certificate(
    await Deno.readTextFile(`${home.caDirectory}/ca.crt`),
  );
  assertEquals(certificate.verify(ca.publicKey), true);
  assertEquals(certificate.subjectAltName, LOCAL);
  assertMatch(certificate.subject, /CN=localhost$/);
});

Deno.test("generateAdhocSslPair() makes a certificate for the name and those below it", async () => {
  using _home = temporaryHome();
  const { cert } = await generateAdhocSslPair("app.test");
  const certificate = new X509Certificate(cert);
  assertEquals(
    certificate.subjectAltName,
    `DNS:app.test, DNS:*.app.test, ${LOCAL}`,
  );
  assertMatch(certificate.subject, /CN=app\.test$/);
});

Deno.test("generateAdhocSslPair() makes another pair each time", async () => {
  using _home = temporaryHome();
  const pairs = await Promise.all([
    generateAdhocSslPair(),
    generateAdhocSslPair(),
  ]);
  assertEquals(new Set(pairs.flatMap(({ cert, key }) => [cert, key])).size, 4);
});

Deno.test("generateAdhocSslPair() rejects what is no name", async () => {
  using _home = temporaryHome();
  await assertRejects(() => generateAdhocSslPair("a b"), SyntaxError, '"a b"');
});
