import { assertEquals, assertThrows } from "@std/assert";
import { parseBindAddress } from "../../mod.ts";
import { assertPort } from "../../serving/bind_address.ts";

function tcp(hostname: string, port?: number) {
  return { transport: "tcp" as const, hostname, port };
}

function unix(path: string, mode?: number) {
  return { transport: "unix" as const, path, mode };
}

Deno.test("parseBindAddress() parses each form", () => {
  const cases: [string, ReturnType<typeof tcp> | ReturnType<typeof unix>][] = [
    ["localhost:8000", tcp("localhost", 8000)],
    ["localhost", tcp("localhost")],
    ["app.localhost:80", tcp("app.localhost", 80)],
    ["127.0.0.1:0", tcp("127.0.0.1", 0)],
    ["0.0.0.0:65535", tcp("0.0.0.0", 65535)],
    [":8000", tcp("localhost", 8000)],
    ["8000", tcp("localhost", 8000)],
    ["0", tcp("localhost", 0)],
    ["08000", tcp("localhost", 8000)],
    ["[::1]:8000", tcp("::1", 8000)],
    ["[::1]", tcp("::1")],
    ["::1", tcp("::1")],
    ["::", tcp("::")],
    ["[::]:0", tcp("::", 0)],
    ["::ffff:127.0.0.1", tcp("::ffff:127.0.0.1")],
    ["fe80::1234:5678", tcp("fe80::1234:5678")],
    ["my_host:1", tcp("my_host", 1)],
    ["bücher.test:1", tcp("bücher.test", 1)],
    ["unix:///run/app.sock", unix("/run/app.sock")],
    ["unix://app.sock", unix("app.sock")],
    ["unix:///run/a b:1.sock", unix("/run/a b:1.sock")],
    ["unix:///run/s?mode=660", unix("/run/s", 0o660)],
    ["unix:///run/s?mode=0600", unix("/run/s", 0o600)],
  ];
  for (const [text, expected] of cases) {
    assertEquals(parseBindAddress(text), expected, text);
  }
});

Deno.test("parseBindAddress() throws SyntaxError for other text", () => {
  for (
    const text of [
      "",
      ":",
      " ",
      "local host:80",
      "localhost:",
      "localhost:http",
      "localhost:-1",
      "localhost:8e3",
      "localhost:0x50",
      "localhost:８０",
      "localhost:80:80",
      "http://localhost:80",
      "localhost:80/",
      "localhost/path",
      "[::1",
      "::1]",
      "[]:80",
      "[localhost]:80",
      "[127.0.0.1]:80",
      "[::1]80",
      "[::1]:",
      "[:::1]:80",
      "1:2:3",
      "[::g]",
      "\nlocalhost:80",
      "unix://",
      "unix://?mode=660",
      "unix:///s?mode=",
      "unix:///s?mode=8",
      "unix:///s?mode=888",
      "unix:///s?mode=66",
      "unix:///s?mode=rw",
      "unix:///s?mode=0o660",
      "unix:///s?umask=0",
      "unix:///s?",
      "unix:///s?mode=660?mode=600",
    ]
  ) {
    assertThrows(() => parseBindAddress(text), SyntaxError, text);
  }
});

Deno.test("parseBindAddress() throws RangeError when the port is out of range", () => {
  for (const text of ["localhost:65536", "99999", "[::1]:1000000", ":65536"]) {
    assertThrows(
      () => parseBindAddress(text),
      RangeError,
      "must be an integer from 0 to 65535: current value is",
    );
  }
});

Deno.test("assertPort() throws unless the value is a port", () => {
  for (const port of [0, 1, 65535]) assertPort(port);
  for (const port of ["80", null, undefined, 0.5, NaN, 80n, [80]]) {
    assertThrows(() => assertPort(port), TypeError, "must be an integer");
  }
  for (const port of [-1, 65536, 1e9]) {
    assertThrows(() => assertPort(port), RangeError, `value is ${port}`);
  }
});
