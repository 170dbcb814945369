import { lint, type LintWarning } from "../../middleware/lint/lint.ts";
import type { Handler } from "../../serving/handler.ts";
import { INFO } from "./_info.ts";

/** What came of a request that was linted. */
export interface Linted {
  /** The rules that found something, those of notes in parentheses. */
  rules: string[];
  /** All that was found. */
  warnings: LintWarning[];
}

/**
 * Asks an app through `lint()` and reads the body to its end.
 *
 * @param app The app, or the response that it gives.
 * @param init The request.
 * @param url The URL of the request.
 * @returns What was found, in order.
 */
export async function lintOnce(
  app: Handler | (() => Response),
  init: RequestInit = {},
  url = "http://localhost/x",
): Promise<Linted> {
  const warnings: LintWarning[] = [];
  const handler = lint(app, { onWarning: (found) => warnings.push(found) });
  const response = await handler(new Request(url, init), INFO);
  if (response instanceof Response && !response.body?.locked) {
    await response.body?.pipeTo(new WritableStream());
  }
  return { rules: warnings.map(ruleOf), warnings };
}

/** The rule of a warning, in parentheses if it is no more than a note. */
export function ruleOf({ rule, level }: LintWarning): string {
  return level === "note" ? `(${rule})` : rule;
}

/** A body that streams, chunk by chunk. */
export function streamOf(...chunks: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks).pipeThrough(new TextEncoderStream());
}
