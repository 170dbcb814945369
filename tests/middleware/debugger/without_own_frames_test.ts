import { assertEquals } from "@std/assert";
import { withoutOwnFrames } from "../../../middleware/debugger/_without_own_frames.ts";
import { sampleError, sampleFrame, sampleReport } from "./_sample_report.ts";

const DEVSERVE = new URL("../../../", import.meta.url).href;
const OWN = [
  "serving/_pick_app.ts",
  "reloader/generation.ts",
  "middleware/debugger/_boundary.ts",
].map((path) => DEVSERVE + path);

/** The URLs of what is left of frames at these. */
function left(urls: string[]): string[] {
  const frames = urls.map((url) => sampleFrame({ url }));
  const cause = sampleError({ frames });
  const error = sampleError({ frames, cause, errors: [cause] });
  const { error: made } = withoutOwnFrames(sampleReport({ error }));
  const [one, ...others] = [made, made.cause!, made.errors[0]!]
    .map(({ frames }) => frames.map(({ url }) => url));
  for (const other of others) assertEquals(other, one);
  return one!;
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
});

Deno.test("withoutOwnFrames() keeps what fails in the runtime alone", () => {
  const urls = ["ext:deno_web/02_timers.js", "ext:core/01_core.js"];
  assertEquals(left(urls), urls);
  assertEquals(left([]), []);
});
