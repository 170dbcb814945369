import { assertEquals } from "@std/assert";
import { parseIp } from "../../middleware/proxy_fix/_ip_address.ts";

Deno.test("parseIp() gives an address its shortest form and its bits", () => {
  const cases: [text: string, canonical: string, bits: bigint][] = [
    ["0.0.0.0", "0.0.0.0", 0xffff_00000000n],
    ["255.255.255.255", "255.255.255.255", 0xffff_ffffffffn],
    ["10.20.30.40", "10.20.30.40", 0xffff_0a141e28n],
    ["::ffff:10.20.30.40", "10.20.30.40", 0xffff_0a141e28n],
    ["::FFFF:0a14:1e28", "10.20.30.40", 0xffff_0a141e28n],
    ["::", "::", 0n],
    ["::1", "::1", 1n],
    ["0:0:0:0:0:0:0:1", "::1", 1n],
    ["1::", "1::", 1n << 112n],
    ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8", 0x10002000300040005000600070008n],
    [
      "2001:DB8:0:0:1::0001",
      "2001:db8::1:0:0:1",
      0x20010db8000000000001000000000001n,
    ],
    ["::1.2.3.4", "::102:304", 0x01020304n],
    [
      "64:ff9b::1.2.3.4",
      "64:ff9b::102:304",
      0x0064ff9b000000000000000001020304n,
    ],
  ];
  for (const [text, canonical, bits] of cases) {
    assertEquals(parseIp(text), { text: canonical, bits }, text);
  }
});

Deno.test("parseIp() refuses what is no address, or more than one to some", () => {
  const texts = ["", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4"]
    .concat(["0x7f.0.0.1", "1.2.3.4 ", " 1.2.3.4", "1.2.3.4\n", "1.2.3.-4"])
    .concat([":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3"])
    .concat(["g::", "12345::", "[::1]", "::1%lo", "::1/64", "::1.2.3", "a.b"])
    .concat(["::1]@[::2", "localhost", "::01.2.3.4", "::1\n", "1.2.3.4:80"]);
  for (const text of texts) assertEquals(parseIp(text), undefined, text);
});
