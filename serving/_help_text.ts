import { type Flag, type FlagGroup, FLAGS } from "./_flags.ts";

const WIDTH = 80;
const COLUMN = 27;

const GROUPS: readonly FlagGroup[] = [
  "Address",
  "Serving",
  "Reloading",
  "Errors",
  "Output",
  "Other",
];

/** The text of `--help`, at most 80 columns wide. */
export function helpText(): string {
  const flags = GROUPS.map((group) =>
    [
      `${group}:`,
      ...FLAGS.filter((flag) => flag.group === group).map(flagText),
    ].join("\n")
  ).join("\n\n");
  return `Serve an app during development.

Usage: devserve [options] [APP] [-- arguments of the app]
       devserve cert [options] [NAME...]   make a certificate for HTTPS

APP is a module, a name in it if need be, and arguments if that is a factory:
app.ts, app.ts:api, "app.ts:createApp('dev')", npm:package, https://…/app.ts.
Without a name: the default export, app, application, handler, createApp() or
makeApp(). Without APP: app.ts, main.ts, server.ts and the like.

${flags}

Each option can come from the environment too: DEVSERVE_PORT=9000,
DEVSERVE_QUIET=1; those that repeat take several values, separated by spaces.

The errors shown are those that reach devserve. Hono answers them by itself,
unless the app says: app.onError((error) => { throw error; });

Examples:
  devserve app.ts
  devserve app.ts -p 9000 --static /assets=public
  devserve app.ts -b localhost:8000 -b "unix:///tmp/app.sock?mode=660"
  devserve app.ts --host 0.0.0.0 --allowed-host my-laptop.local

Exit codes: 0 stopped, 1 failed, 2 wrong usage, 130 Ctrl-C, 143 SIGTERM.
`;
}

function flagText(flag: Flag): string {
  const short = flag.short ? `-${flag.short}, ` : "    ";
  const value = flag.otherwise
    ? `[=${flag.value}]`
    : flag.value
    ? ` ${flag.value}`
    : "";
  const left = `  ${short}--${flag.name}${value}`.padEnd(COLUMN);
  const lines = wrap(flag.help, WIDTH - COLUMN);
  const indent = " ".repeat(COLUMN);
  return left.length > COLUMN
    ? [left, ...lines.map((line) => indent + line)].join("\n")
    : left + lines.join(`\n${indent}`);
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
