import type { LiveFrame } from "../../../middleware/debugger/instrument/live_frames.ts";
import { handler, scopes } from "../../testdata/make_report/failing_app.ts";
import { fakeFrame } from "./_fake_frame.ts";

/** The folder that the failing app is in. */
export const ROOT: string = new URL(
  "../../testdata/make_report",
  import.meta.url,
).pathname;
/** The failing app. */
export const APP_URL: string = import.meta.resolve(
  "../../testdata/make_report/failing_app.ts",
);

const LINES = Deno.readTextFileSync(new URL(APP_URL)).split("\n");
const NAMES: Readonly<Record<string, string>> = {
  query: "argument:sql closure:scopes",
  service: "argument:id",
  handler: "local:password,started,late,nothing",
};

/** The number of the line that has a comment. */
export function lineOf(comment: string): number {
  return LINES.findIndex((line) => line.endsWith(`// ${comment}`)) + 1;
}

/** Lets the app fail, and makes the frames that instrumented code would make. */
export async function failApp(): Promise<
  { error: unknown; frames: LiveFrame[] }
> {
  scopes.length = 0;
  const error = await handler().catch((error: unknown) => error);
  const frames = scopes.toReversed().map(({ name, evaluate }) =>
    fakeFrame(NAMES[name]!, evaluate, {
      url: APP_URL,
      functionName: name,
      start: { line: lineOf(`start of ${name}`), column: 1 },
      end: { line: lineOf(`end of ${name}`), column: 2 },
    })
  );
  return { error, frames };
}
