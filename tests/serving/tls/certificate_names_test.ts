import { assertEquals, assertThrows } from "@std/assert";
import {
  isIpName,
  toCertificateName,
  toCertificateNames,
  withWildcard,
} from "../../../serving/tls/_certificate_names.ts";

Deno.test("toCertificateName() gives names and addresses as certificates have them", () => {
  const names: Record<string, string> = {
    "localhost": "localhost",
    "LocalHost.": "localhost",
    "App_1.Example.TEST": "app_1.example.test",
    "*.app.test": "*.app.test",
    "bücher.test": "xn--bcher-kva.test",
    "*.MÜNCHEN.test": "*.xn--mnchen-3ya.test",
    "127.0.0.1": "127.0.0.1",
    "[::1]": "::1",
    "::1": "::1",
    "0:0:0:0:0:0:0:1": "::1",
    "FE80::1%eth0": "fe80::1",
    "::ffff:127.0.0.1": "::ffff:7f00:1",
  };
  for (const [given, expected] of Object.entries(names)) {
    assertEquals(toCertificateName(given), expected);
  }
});

Deno.test("toCertificateName() refuses what no certificate can name", () => {
  const names = [
    "",
    "*",
    "*.",
    "a..test",
    ".test",
    "-a.test",
    "*.127.0.0.1",
    "*.::1",
    "a.*.test",
    "*a.test",
    "app.test:8443",
    "https://app.test",
    "app.test/path",
    "user@app.test",
    "app.test?x",
    "app\t.test",
    "app.test\n",
    "app.test\0",
    "app%2Etest",
    "app.test,DNS:evil.example",
    "999.1.1.1",
    "[::1",
    "1:2",
    "a".repeat(64),
    `${"a.".repeat(130)}test`,
  ];
  for (const name of names) {
    assertThrows(
      () => toCertificateName(name),
      SyntaxError,
      "Cannot make a certificate as a name must be",
      JSON.stringify(name),
    );
  }
});

Deno.test("toCertificateName() refuses a wildcard that clients do not accept", () => {
  for (const name of ["*.localhost", "*.test", "*.com."]) {
    assertThrows(
      () => toCertificateName(name),
      SyntaxError,
      `Cannot make a certificate for "${name}" as clients accept a wildcard only below a name with a dot`,
    );
  }
});

Deno.test("toCertificateName() throws TypeError when the name is no string", () => {
  const name: string = JSON.parse("1");
  assertThrows(
    () => toCertificateName(name),
    TypeError,
    "must be a string: current value is of type number",
  );
});

Deno.test("toCertificateNames() leaves out what is there in another form", () => {
  assertEquals(
    toCertificateNames(["Localhost", "localhost.", "::1", "[0::1]"]),
    ["localhost", "::1"],
  );
});

Deno.test("isIpName() tells addresses from names", () => {
  assertEquals(
    ["127.0.0.1", "::1", "1.2.3.4.test", "fe80::1", "a.test"].filter(isIpName),
    ["127.0.0.1", "::1", "fe80::1"],
  );
});

Deno.test("withWildcard() adds the names one level below, but not to addresses", () => {
  assertEquals(withWildcard("App.test"), ["app.test", "*.app.test"]);
  assertEquals(withWildcard("*.app.test"), ["*.app.test"]);
  assertEquals(withWildcard("localhost"), ["localhost"]);
  assertEquals(withWildcard("[::1]"), ["::1"]);
  assertEquals(withWildcard("10.0.0.1"), ["10.0.0.1"]);
});
