import { assertEquals } from "@std/assert";
import {
  certFacts,
  expiryText,
  hasCertificate,
  isSignedBy,
} from "../../../serving/tls/_cert_facts.ts";
import { testCa } from "./_test_ca.ts";

const DAY_MS = 86_400_000;

Deno.test("certFacts() lets no control characters through", () => {
  // Colors, and a line feed, in the subject and in the first name.
  const { subject, names } = certFacts(testCa("control_characters").cert);
  assertEquals(subject, "CN=red, line");
  assertEquals(names, ["ab.test", "c.test"]);
});

Deno.test("certFacts() writes the fingerprint as browsers do", () => {
  const { fingerprint } = certFacts(testCa().cert);
  assertEquals(/^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$/.test(fingerprint), true);
});

Deno.test("expiryText() tells how far off the end is", () => {
  const now = Date.UTC(2030, 0, 10);
  assertEquals(expiryText(now + 397 * DAY_MS, now), "2031-02-11, in 397 days");
  assertEquals(expiryText(now + DAY_MS, now), "2030-01-11, in 1 day");
  assertEquals(
    expiryText(now - 2 * DAY_MS, now),
    "2030-01-08, EXPIRED 2 days ago",
  );
});

Deno.test("isSignedBy() looks at the signature, not at the name", () => {
  const [ca, other] = [testCa().cert, testCa("same_name_ca").cert];
  assertEquals(isSignedBy(ca, ca), true);
  assertEquals(isSignedBy(other, ca), false);
});

Deno.test("hasCertificate() takes nothing else for a certificate", () => {
  const { cert } = testCa();
  assertEquals(hasCertificate(`some text\n${cert}`), true);
  assertEquals(hasCertificate(cert.replaceAll("CERTIFICATE", "KEY")), false);
  assertEquals(hasCertificate(cert.replace("MII", "AAA")), false);
  assertEquals(hasCertificate(""), false);
});
