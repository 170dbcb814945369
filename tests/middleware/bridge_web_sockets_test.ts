import { assertEquals } from "@std/assert";
import { PassThrough } from "node:stream";
import { bridgeWebSockets } from "../../middleware/http_proxy/_bridge_web_sockets.ts";

/** The side of the client, which takes nothing unless it is told to. */
class StuckClient {
  readonly sent: unknown[] = [];
  readonly readyState = WebSocket.OPEN;
  bufferedAmount = 0;
  onopen: () => void = () => {};
  readonly closed: PromiseWithResolvers<number> = Promise.withResolvers();
  /** Called when something was sent. */
  onsent: () => void = () => {};

  send(data: unknown): void {
    this.sent.push(data);
    this.bufferedAmount = 2 * 1024 * 1024;
    this.onsent();
  }

  close(code: number): void {
    this.closed.resolve(code);
  }
}

Deno.test("bridgeWebSockets() reads no more than the client takes", async () => {
  const client = new StuckClient();
  const upstream = new PassThrough();
  bridgeWebSockets(client as unknown as WebSocket, upstream);
  upstream.end(new Uint8Array([0x81, 1, 0x61, 0x81, 1, 0x62, 0x81, 1, 0x63]));
  for (const expected of [["a"], ["a", "b"], ["a", "b", "c"]]) {
    const sent = new Promise<void>((resolve) => client.onsent = resolve);
    if (expected.length === 1) client.onopen();
    client.bufferedAmount = 0;
    await sent;
    // Time for it to do the wrong thing in.
    await new Promise((resolve) => setTimeout(resolve, 20));
    assertEquals(client.sent, expected);
  }
  client.bufferedAmount = 0;
  assertEquals(await client.closed.promise, 1011);
});
