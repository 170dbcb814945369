import { formatError } from "./format_error.ts";
import {
  type AccessRecord,
  escapeForJson,
  formatterOf,
  LOG_FORMATS,
  type LogFormat,
} from "./access_log.ts";
import { type Paint, painter, type Style } from "./_paint.ts";
import { stderrWriter } from "./_stderr_writer.ts";

/** Something that the server has to say, other than an answered request. */
export interface MessageRecord {
  /** Tells it from an {@linkcode AccessRecord}. */
  readonly kind: "message";
  /** When, in milliseconds since 1970. */
  readonly time: number;
  /** How serious it is. */
  readonly level: "info" | "warn" | "error";
  /** The text. What clients sent is escaped in it. */
  readonly text: string;
}

/** What a log function is given. */
export type LogRecord = AccessRecord | MessageRecord;

/**
 * Where the log goes: a format for standard error, `false` for errors and
 * warnings alone, or a function that is given every record.
 */
export type LogOption = LogFormat | false | ((record: LogRecord) => void);

/** The log of a server. */
export interface Log {
  /** Takes an answered request; `undefined` if nobody wants to know. */
  readonly access: ((record: AccessRecord) => void) | undefined;
  /** Whether {@linkcode Log.access} wants the client even if it is local. */
  readonly wantsClient: boolean;
  /** Takes a message. */
  message(level: MessageRecord["level"], text: string): void;
  /** Whether the log has colors. */
  readonly hasColors: boolean;
}

/** A log, and how it looks. */
export interface TerminalLog extends Log {
  /** What it was made of. */
  readonly option: LogOption;
  /** Paints text in the way the log is painted. */
  readonly paint: Paint;
  /** Writes what is waiting. */
  flush(): void;
}

const LEVEL_STYLES: Record<MessageRecord["level"], Style> = {
  info: "none",
  warn: "yellow",
  error: "red",
};

/**
 * Makes the log that `option` asks for, with colors on a terminal unless
 * `NO_COLOR` or `color` forbid them.
 */
export function createLog(
  option: LogOption,
  { color = true }: { color?: boolean } = {},
): TerminalLog {
  if (typeof option === "function") return functionLog(option);
  const isTerminal = Deno.stderr.isTerminal();
  const hasColors = color && isTerminal && !Deno.noColor &&
    option !== "json";
  const paint = painter({ color: hasColors });
  const writer = stderrWriter({ isTerminal });
  const format = option === false ? undefined : formatterOf(option, paint);
  return {
    option,
    access: format && ((record) => writer.write(format(record) + "\n")),
    wantsClient: option !== "dev",
    message(level, text) {
      if (option === false && level === "info") return;
      // It may be the last word of this process.
      writer.writeNow(
        option === "json"
          ? messageJson(level, text)
          : paintFirstLine(paint, LEVEL_STYLES[level], text) + "\n",
      );
    },
    hasColors,
    paint,
    flush: writer.flush,
  };
}

/** Checks a value that was given as the `log` option. */
export function assertLogOption(value: unknown): asserts value is LogOption {
  if (value === false || typeof value === "function") return;
  if ((LOG_FORMATS as readonly unknown[]).includes(value)) return;
  const shown = typeof value === "string" ? `"${value}"` : String(value);
  throw new TypeError(
    `Cannot use log ${shown}: expected ${
      LOG_FORMATS.map((name) => `"${name}"`).join(", ")
    }, false or a function`,
  );
}

function functionLog(log: (record: LogRecord) => void): TerminalLog {
  const writer = stderrWriter({ isTerminal: true });

  /** Its failure must not be that of the request, nor of the shutdown. */
  function call(record: LogRecord): void {
    try {
      log(record);
    } catch (error) {
      writer.write(
        `Error in the log function: ${formatError(error)}\n`,
      );
    }
  }

  return {
    option: log,
    access: call,
    wantsClient: true,
    message: (level, text) =>
      call({ kind: "message", time: Date.now(), level, text }),
    hasColors: false,
    paint: painter({ color: false }),
    flush: () => {},
  };
}

/** A stack in red from end to end would hide what it is about. */
function paintFirstLine(paint: Paint, style: Style, text: string): string {
  const [first = "", ...rest] = text.split("\n");
  return [paint(style, first), ...rest].join("\n");
}

function messageJson(level: string, text: string): string {
  const time = new Date().toISOString();
  return escapeForJson(
    JSON.stringify({ kind: "message", time, level, text }),
  ) + "\n";
}
