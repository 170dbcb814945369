import { assertEquals } from "@std/assert";
import { preferredEncodings } from "../../middleware/shared_data/_preferred_encodings.ts";

Deno.test("preferredEncodings() orders by weight and takes br first", () => {
  const cases: [string | null, string[]][] = [
    [null, []],
    ["", []],
    ["deflate", []],
    ["gzip", ["gzip"]],
    ["br", ["br"]],
    ["BR, GZip", ["br", "gzip"]],
    ["gzip, deflate, br, zstd", ["br", "gzip"]],
    ["gzip;q=1.0, br;q=0.5", ["gzip", "br"]],
    ["gzip ; q=0.5 , br ; q=0.9", ["br", "gzip"]],
    ["br;q=0, gzip", ["gzip"]],
    ["br;q=0.000, gzip;q=0", []],
    ["*", ["br", "gzip"]],
    ["*;q=0.5, br;q=0", ["gzip"]],
    ["gzip, *;q=0", ["gzip"]],
    ["identity", []],
    ["identity, gzip;q=0.5", []],
    ["identity;q=0.5, gzip", ["gzip"]],
    ["gzip;q=x, br;q=.", []],
    ["gzip;level=9", []],
    [", ,gzip,", ["gzip"]],
  ];
  for (const [value, expected] of cases) {
    assertEquals<string[]>(preferredEncodings(value), expected, String(value));
  }
});
