import { assertEquals } from "@std/assert";
import { watchBody } from "../../../middleware/debugger/_watch_body.ts";

Deno.test("watchBody() tells the error of a body", async () => {
  const errors: unknown[] = [];
  const failing = new ReadableStream({
    pull() {
      throw "broken";
    },
  });
  const { body } = watchBody(new Response(failing), (error) => {
    errors.push(error);
  });
  const reader = body!.getReader();
  const failed = await reader.read().then(() => undefined, (error) => error);
  assertEquals(failed, "broken");
  assertEquals(errors, ["broken"]);
});

Deno.test("watchBody() tells no error when nobody reads on while a chunk is waited for", async () => {
  const errors: unknown[] = [];
  const cancelled = Promise.withResolvers<unknown>();
  const asked = Promise.withResolvers<void>();
  const endless = new ReadableStream({
    pull: () => asked.resolve(),
    cancel: cancelled.resolve,
  }, { highWaterMark: 0 });
  const { body } = watchBody(new Response(endless), (error) => {
    errors.push(error);
  });
  const reader = body!.getReader();
  const read = reader.read();
  await asked.promise;
  await reader.cancel("enough");
  assertEquals(await cancelled.promise, "enough");
  assertEquals((await read).done, true);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(errors, []);
});
