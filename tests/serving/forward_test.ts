import { assertEquals } from "@std/assert";
import { forwardTo, takeForwarded } from "../../serving/_forward.ts";

const REMOTE: Deno.NetAddr = {
  transport: "tcp",
  hostname: "192.0.2.7",
  port: 7,
};
const LOCAL: Deno.NetAddr = { transport: "tcp", hostname: "::1", port: 8000 };

const options = { ignore: Deno.build.os === "windows" };

/** Serves with `handler` on a private socket and forwards one request to it. */
async function forward(
  handler: (localAddr: Deno.Addr) => Deno.ServeHandler,
  request: Request,
): Promise<Response> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  const server = Deno.serve(
    { path, onListen: () => {} },
    takeForwarded(handler),
  );
  try {
    using forwarder = forwardTo(path);
    const response = await forwarder.handle(request, {
      remoteAddr: REMOTE,
      localAddr: LOCAL,
      completed: Promise.resolve(),
    });
    // Read while the server is there.
    const body = await response.arrayBuffer();
    return new Response(body, response);
  } finally {
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test(
  "forwardTo() passes on the request and its addresses",
  options,
  async () => {
    const response = await forward(
      (localAddr) => async (request, info) =>
        Response.json({
          localAddr,
          remoteAddr: info.remoteAddr,
          url: request.url,
          method: request.method,
          body: await request.text(),
          own: [...request.headers.keys()].filter((name) =>
            name.startsWith("x-devserve")
          ),
        }, { status: 201 }),
      new Request("http://app.test:8000/a%2Fb?c=d", {
        method: "POST",
        body: "text",
        // What a client sends in our name does not count.
        headers: { "x-devserve-addresses": `[{"hostname":"127.0.0.1"}]` },
      }),
    );
    assertEquals(response.status, 201);
    assertEquals(response.headers.get("connection"), "close");
    assertEquals(await response.json(), {
      localAddr: LOCAL,
      remoteAddr: REMOTE,
      url: "http://app.test:8000/a%2Fb?c=d",
      method: "POST",
      body: "text",
      own: [],
    });
  },
);

Deno.test(
  "forwardTo() passes on a body that was compressed",
  options,
  async () => {
    const response = await forward(
      () => (_request) =>
        new Response(
          new Blob(["zipped"]).stream().pipeThrough(
            new CompressionStream("gzip"),
          ),
          { headers: { "content-encoding": "gzip" } },
        ),
      new Request("http://localhost/"),
    );
    assertEquals(response.headers.has("content-encoding"), false);
    assertEquals(await response.text(), "zipped");
  },
);

Deno.test("forwardTo() leaves redirects to the client", options, async () => {
  const response = await forward(
    () => (request) => Response.redirect(new URL("/to", request.url)),
    new Request("http://localhost/"),
  );
  assertEquals(response.status, 302);
  assertEquals(response.headers.get("location"), "http://localhost/to");
});
