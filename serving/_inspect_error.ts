// deno-lint-ignore no-control-regex -- all but tab and line feed
const CONTROL_REGEXP = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Frames that are the same in every stack: Deno's runtime and devserve. */
const OWN_BASE = new URL("./", import.meta.url).href;

/**
 * Shows whatever was thrown as text: an error with its stack, less the frames
 * that are not the user's, and with its causes. Control characters in it are
 * escaped, since messages often quote what a client sent.
 */
export function inspectError(error: unknown): string {
  let text: string;
  try {
    text = Deno.inspect(error, { colors: false });
    if (!(error instanceof Error)) text = `Uncaught ${text}`;
    // Deno puts an error without a stack into brackets.
    else if (!error.stack) text = `${error.name}: ${error.message}`;
  } catch {
    // A getter or a custom inspect of the thrown object threw as well.
    text = "an error that cannot be shown";
  }
  return text.split("\n").filter(isWanted).join("\n")
    .replace(
      CONTROL_REGEXP,
      (char) => "\\x" + char.charCodeAt(0).toString(16).padStart(2, "0"),
    );
}

function isWanted(line: string): boolean {
  return !/^\s+at /.test(line) ||
    !(line.includes("(ext:") || line.includes(" ext:") ||
      line.includes(OWN_BASE));
}
