import type { ColorSource } from "./_color_sources.ts";
import type { DebuggerParts, FrameConsole } from "./_debugger_parts.ts";
import { consolePage } from "./page/console_page.ts";
import { errorJson } from "./page/error_json.ts";
import { errorPage } from "./page/error_page.ts";
import { errorText } from "./page/error_text.ts";
import { errorsPage } from "./page/errors_page.ts";
import { isHookInstalled } from "./instrument/install_hook.ts";
import type { LiveFrame } from "./instrument/live_frames.ts";
import { makeReport } from "./report/make_report.ts";

/** What the module that colors sources exports. */
interface ColorModule {
  readonly highlightHTML: (
    code: string,
    language: string,
    options: { block: boolean },
  ) => Promise<string>;
}

/** The parts that a debugger has outside of tests. */
export const REAL_PARTS: DebuggerParts = {
  isHookInstalled,
  makeReport,
  errorPage,
  errorsPage,
  consolePage,
  errorText,
  errorJson,
  makeConsole,
  loadColors,
  wait,
};

/** The console is loaded when it is needed, which most often it is not. */
async function makeConsole(
  frame: LiveFrame,
  acornUrl: string,
  extras: Readonly<Record<string, unknown>>,
): Promise<FrameConsole> {
  const [{ Evaluator }, acorn] = await Promise.all([
    import("./report/evaluator.ts"),
    import(acornUrl),
  ]);
  return new Evaluator(frame, { acorn, extras });
}

async function loadColors(url: string): Promise<ColorSource> {
  const { highlightHTML }: ColorModule = await import(url);
  return (code, language) => highlightHTML(code, language, { block: false });
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    // The process need not live on for somebody who guesses.
    Deno.unrefTimer(setTimeout(resolve, milliseconds));
  });
}
