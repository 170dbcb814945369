import { assertEquals } from "@std/assert";
import { withUrl } from "../../middleware/_with_url.ts";
import { type Handler, makeServer } from "../../mod.ts";
import { rawRequest } from "../_raw_http.ts";

const moved: Handler = async (request) => {
  const inner = withUrl(request, "http://moved.test/path");
  return Response.json([
    inner.url,
    inner.method,
    inner.headers.get("x-some"),
    await inner.text(),
  ]);
};

Deno.test("withUrl() keeps method, headers and body", async () => {
  await using server = makeServer("127.0.0.1", 0, moved, { log: false });
  for (const method of ["POST", "DELETE", "PROPFIND", "TRACE"]) {
    const text = method === "TRACE" ? "" : "hello";
    const response = await rawRequest(
      server.port!,
      `${method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
        `X-Some: thing\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
    );
    assertEquals(
      JSON.parse(response.body),
      ["http://moved.test/path", method, "thing", text],
    );
  }
});

Deno.test("withUrl() leaves a request alone that has the URL", () => {
  const request = new Request("http://moved.test/path");
  assertEquals(withUrl(request, "http://moved.test/path"), request);
});
