import type { LintWarning } from "./_lint_rule.ts";
import { escapeControls } from "./_quote_value.ts";
import { writeToStderr } from "../_write_to_stderr.ts";

/** Writes a warning to standard error, as one line and without the query. */
export function writeLintWarning(warning: LintWarning): void {
  const { rule, level, message, section, url, method } = warning;
  const path = URL.parse(url)?.pathname ?? url;
  const line =
    `lint ${level}: ${method} ${path}: ${message} (${rule}, ${section})`;
  writeToStderr(`${escapeControls(line)}\n`);
}
