import { assertEquals } from "@std/assert";
import { withoutOwnFrames } from "../../../middleware/debugger/_without_own_frames.ts";
import type { ReportedError } from "../../../middleware/debugger/error_report.ts";
import { sampleError, sampleFrame, sampleReport } from "./_sample_report.ts";

const DEVSERVE = new URL("../../../", import.meta.url).href;
const OWN = [
  "serving/_pick_app.ts",
  "reloader/generation.ts",
  "middleware/debugger/_boundary.ts",
].map((path) => DEVSERVE + path);

/** The URLs of what is left of frames at these. */
function left(urls: string[]): string[] {
  return made(urls).frames.map(({ url }) => url);
}

/** What becomes of an error, which is behind another one, too. */
function made(urls: string[]): ReportedError {
  const frames = urls.map((url) => sampleFrame({ url }));
  const one = sampleError({ title: "TypeError: no", frames });
  const error = { ...one, cause: one, errors: [one] };
  const report = withoutOwnFrames(sampleReport({ error }));
  const { cause, errors, ...result } = report.error;
  const { errors: _, ...other } = cause!;
  assertEquals(other, result);
  assertEquals(errors[0]!.frames, result.frames);
  return report.error;
}

Deno.test("withoutOwnFrames() leaves out what is below the app", () => {
  const app = ["ext:deno_fs/30_fs.js", "file:///a/app.ts", "file:///a/lib.ts"];
  assertEquals(left([...app, ...OWN]), app);
  assertEquals(left([...app, "ext:deno_http/00_serve.ts"]), app);
  assertEquals(left([...app, ...OWN, "node:internal/timers", ...OWN]), app);
});

Deno.test("withoutOwnFrames() keeps a middleware around the app", () => {
  const urls = ["file:///a/app.ts", `${DEVSERVE}middleware/lint/lint.ts`];
  assertEquals(left([...urls, ...OWN]), urls);
});

Deno.test("withoutOwnFrames() leaves nothing of an error of the server", () => {
  assertEquals(left(OWN), []);
  assertEquals(left([...OWN, "ext:deno_http/00_serve.ts"]), []);
  assertEquals(made(OWN).title, "no");
  assertEquals(made(["file:///a/app.ts", ...OWN]).title, "TypeError: no");
});

Deno.test("withoutOwnFrames() keeps what fails in the runtime alone", () => {
  const urls = ["ext:deno_web/02_timers.js", "ext:core/01_core.js"];
  assertEquals(left(urls), urls);
  assertEquals(left([...urls, ...OWN]), urls);
  assertEquals(made([...urls, ...OWN]).title, "TypeError: no");
  assertEquals(left([]), []);
});
