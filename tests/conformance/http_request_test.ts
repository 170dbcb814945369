import { assertEquals, assertNotMatch } from "@std/assert";
import { makeServer } from "../../mod.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";
import { REQUEST_CASES } from "./_http_request_cases.ts";

for (const { from, bytes, isCut = false, want, deno } of REQUEST_CASES) {
  const expected = deno ?? want;
  const word = expected === "refused" ? "refuses" : "serves";
  Deno.test(`makeServer() ${word} ${from}`, async () => {
    const seen: string[] = [];
    await using server = makeServer("127.0.0.1", 0, async (request) => {
      const target = request.url.replace(/^\w+:\/\/[^/]*/, "");
      const body = await request.text();
      seen.push(`${request.method} ${target} ${body}`);
      return new Response("served");
    }, { log: () => {} });

    using connection = await rawConnect(server.port!);
    await connection.send(bytes);
    if (isCut) await connection.closeWrite();
    const answer = await connection.readToEnd();
    // Whatever comes of the first is there when the second has been served.
    const last = await rawRequest(
      server.port!,
      "GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    );
    assertEquals(last.body, "served");
    assertEquals(seen.pop(), "GET /last ");
    assertEquals(seen, expected === "refused" ? [] : expected);
    if (expected === "refused") assertNotMatch(answer, /^HTTP\/1\.[01] [23]/m);
  });
}
