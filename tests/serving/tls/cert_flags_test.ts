import { assertEquals, assertThrows } from "@std/assert";
import { LOCAL_NAMES } from "../../../serving/tls/_certificate_names.ts";
import { UsageError } from "../../../serving/_parse_flags.ts";
import { parseCertFlags } from "../../../serving/tls/_cert_flags.ts";

Deno.test("parseCertFlags() makes a certificate for localhost by default", () => {
  assertEquals(parseCertFlags([]), {
    names: LOCAL_NAMES,
    task: "make",
    out: undefined,
    force: false,
    rsa: false,
    days: undefined,
    stores: [],
  });
});

Deno.test("parseCertFlags() reads names and flags in any order", () => {
  const request = parseCertFlags([
    ...["--rsa", "App.test", "--days", "30", "10.0.0.7", "--force"],
    ...["--out=x/y", "[::1]"],
  ]);
  assertEquals(request, {
    names: ["app.test", "10.0.0.7", "::1"],
    task: "make",
    out: "x/y",
    force: true,
    rsa: true,
    days: 30,
    stores: [],
  });
});

Deno.test("parseCertFlags() takes an address for a name, not a number", () => {
  assertEquals(parseCertFlags(["1.20"]).names, ["1.0.0.20"]);
});

Deno.test("parseCertFlags() reads what to do about trust", () => {
  assertEquals(parseCertFlags(["--trust"]).names, []);
  assertEquals(parseCertFlags(["--trust", "app.test"]).names, ["app.test"]);
  const { task, stores } = parseCertFlags(["--untrust", "--store", "browsers"]);
  assertEquals([task, stores], ["untrust", ["browsers"]]);
  assertEquals(parseCertFlags(["--info", "a/b.crt"]).names, ["a/b.crt"]);
  assertEquals(parseCertFlags(["-h"]).task, "help");
  assertEquals(parseCertFlags(["--trust", "--help"]).task, "help");
});

Deno.test("parseCertFlags() names the nearest flag", () => {
  const cases = [
    [["--trsut"], 'unknown option "--trsut": did you mean --trust? See --help'],
    [["--ifno"], "did you mean --info?"],
    [["--day=3"], 'unknown option "--day": did you mean --days?'],
    [["--frobnicate"], "for what there is, see --help"],
    [["-x"], "for what there is, see --help"],
  ] as const;
  for (const [args, message] of cases) {
    assertThrows(() => parseCertFlags(args), UsageError, message);
  }
});

Deno.test("parseCertFlags() refuses what makes no sense", () => {
  const cases = [
    [["--out"], "Cannot use --out without a value"],
    [["--out", "--force"], "Cannot use --out without a value"],
    [["--days", "0"], "expected a number from 1 to 397"],
    [["--days", "398"], "expected a number from 1 to 397"],
    [["--days", "1e2"], "expected a number from 1 to 397"],
    [["--out", "a", "--out", "b"], "more than once: got a, b"],
    [["--trust", "--untrust"], "--trust and --untrust together"],
    [["--trust", "--store", "firefox"], "expected system or browsers"],
    [["--store", "system"], "expected --trust or --untrust with it"],
    [["--info", "--store", "system"], "expected --trust or --untrust with it"],
    [["--trust", "--force"], "--force with --trust: no certificate is made"],
    [["--info", "--days", "3"], "--days with --info: no certificate is made"],
    [["--untrust", "app.test"], '"app.test" with --untrust'],
    [["../../etc/passwd"], "a name must be a host name"],
    [["a b"], "a name must be a host name"],
  ] as const;
  for (const [args, message] of cases) {
    assertThrows(() => parseCertFlags(args), UsageError, message);
  }
});
