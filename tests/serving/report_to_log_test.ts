import { assertEquals } from "@std/assert";
import type { BindAddress } from "../../serving/bind_address.ts";
import { createLog } from "../../serving/log.ts";
import { reportToLog } from "../../serving/_report_to_log.ts";
import { LogRecorder } from "./_log_recorder.ts";

const ADDRESSES: BindAddress[] = [
  { transport: "tcp", hostname: "localhost", port: 8000 },
];

/** Reports a start of a generation because of changes. */
function report(paths: readonly string[]): string {
  const recorder = new LogRecorder();
  const events = reportToLog(createLog(recorder.log), ADDRESSES, {});
  const detail = { urls: ["http://localhost:8000/"] };
  const start = { generation: 1, detail, duration: 5, isFailure: false };
  events.onStart({ ...start, paths: [] });
  events.onStart({ ...start, generation: 2, paths });
  return recorder.texts("info").at(-1)!;
}

Deno.test("reportToLog() lets no file name command the terminal", () => {
  assertEquals(
    report([`${Deno.cwd()}/\x1b]0;owned\x07.ts`, "/other.ts"]),
    "\\x1b]0;owned\\x07.ts and 1 more changed: live in 5.0 ms (generation 2)",
  );
  assertEquals(
    report(["/a\nb.ts"]),
    "/a\\x0ab.ts changed: live in 5.0 ms (generation 2)",
  );
});

Deno.test("reportToLog() lets no notice command the terminal", () => {
  const recorder = new LogRecorder();
  const events = reportToLog(createLog(recorder.log), ADDRESSES, {});
  events.onNotice(`Cannot watch "/\x1b]0;owned\x07"`);
  assertEquals(recorder.texts("warn"), [`Cannot watch "/\\x1b]0;owned\\x07"`]);
});
