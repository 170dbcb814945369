import { assertEquals } from "@std/assert";
import type { PendingRequest } from "../../serving/_in_flight.ts";
import { createLog } from "../../serving/log.ts";
import { SlowNotice } from "../../serving/_slow_notice.ts";
import { LogRecorder } from "./_log_recorder.ts";

Deno.test("SlowNotice tells once of each request that takes long", () => {
  const recorder = new LogRecorder();
  const pending = new Set<PendingRequest>();
  const add = (url: string, started: number) =>
    pending.add({
      method: "GET",
      url,
      started,
      mayHaveBody: () => false,
      answer: () => {},
    });
  let now = 0;
  let tick = () => {};
  const { setInterval } = globalThis;
  Object.defineProperty(performance, "now", {
    value: () => now,
    configurable: true,
  });
  globalThis.setInterval = ((callback: () => void, ms: number) => {
    tick = callback;
    return setInterval(() => {}, ms);
  }) as typeof setInterval;
  const notice = new SlowNotice(pending, createLog(recorder.log));
  try {
    notice.start();
    add("http://localhost/slow%0a?x", 0);
    now = 9_000;
    add("http://localhost/later", 9_000);
    tick();
    assertEquals(recorder.texts("warn"), []);
    now = 12_400;
    tick();
    tick();
    assertEquals(recorder.texts("warn").splice(0), [
      "GET /slow%0a?x waits for the app since 12 s",
    ]);
    now = 19_000;
    tick();
    assertEquals(
      recorder.texts("warn")[1],
      "GET /later waits for the app since 10 s",
    );
    assertEquals(recorder.texts("warn").length, 2);
  } finally {
    notice.stop();
    globalThis.setInterval = setInterval;
    Reflect.deleteProperty(performance, "now");
  }
});
