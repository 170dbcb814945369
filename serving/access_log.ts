import { escapeControl } from "./_escape_control.ts";
import { type Paint, statusStyle } from "./_paint.ts";

/** A request that has been answered, for the access log. */
export interface AccessRecord {
  /** Tells it from a {@linkcode MessageRecord}. */
  readonly kind: "access";
  /** When the response was finished, in milliseconds since 1970. */
  readonly time: number;
  /** The method as sent. */
  readonly method: string;
  /** The URL as sent. It is unescaped: it may hold control characters. */
  readonly url: string;
  /** The status of the response. */
  readonly status: number;
  /** The size of the body in bytes, where it is known. */
  readonly size: number | undefined;
  /** From the request to the end of the response, in milliseconds. */
  readonly duration: number;
  /** The IP address of the client, `"unix"` for a Unix socket. */
  readonly client: string;
  /**
   * How it ended: `"sent"` as it should, `"aborted"` because the client left,
   * or `"failed"` because the body could not be produced to its end.
   */
  readonly outcome: "sent" | "aborted" | "failed";
  /** The headers of the request. */
  readonly headers: Headers;
}

/** The formats of the access log that have a name. */
export type LogFormat = "dev" | "common" | "combined" | "json";

/** Makes the line of a record, without its end. */
export type Formatter = (record: AccessRecord) => string;

/** The names of the formats. */
export const LOG_FORMATS: readonly LogFormat[] = [
  "dev",
  "common",
  "combined",
  "json",
];

/** Returns the formatter of that name. */
export function formatterOf(format: LogFormat, paint: Paint): Formatter {
  switch (format) {
    case "dev":
      return (record) => formatDev(record, paint);
    case "common":
      return formatCommon;
    case "combined":
      return formatCombined;
    case "json":
      return formatJson;
  }
}

/** `14:03:21 200 GET /path 1.2 kB 3.4 ms`: what a developer looks for. */
function formatDev(record: AccessRecord, paint: Paint): string {
  const { status, method, outcome } = record;
  const line = `${clockTime(record.time)} ${
    paint(statusStyle(status), String(status))
  } ${escapeControl(method)} ${escapeControl(target(record.url))} ${
    formatSize(record.size)
  }${formatDuration(record.duration)}`;
  const client = isLocal(record.client) ? "" : ` from ${record.client}`;
  if (outcome === "sent") return line + client;
  const end = outcome === "aborted" ? "client left" : "broken off";
  return `${line}${client} ${paint("yellow", `(${end})`)}`;
}

/** The Common Log Format of NCSA httpd and Apache, "-" for an empty body. */
function formatCommon(record: AccessRecord): string {
  const line = `${record.method} ${target(record.url)} HTTP/1.1`;
  return `${record.client} - - [${apacheTime(record.time)}] "${
    quoted(line)
  }" ${record.status} ${record.size || "-"}`;
}

/** The Combined Log Format of Apache. */
function formatCombined(record: AccessRecord): string {
  const referer = record.headers.get("referer") ?? "-";
  const userAgent = record.headers.get("user-agent") ?? "-";
  return `${formatCommon(record)} "${quoted(referer)}" "${quoted(userAgent)}"`;
}

/** One JSON object per line. JSON itself escapes C0; C1 and DEL are ours. */
function formatJson(record: AccessRecord): string {
  const { kind, time, method, url, status, size, duration, client, outcome } =
    record;
  return escapeForJson(JSON.stringify({
    kind,
    time: new Date(time).toISOString(),
    method,
    url,
    status,
    size,
    duration: Math.round(duration * 1000) / 1000,
    client,
    outcome,
  }));
}

/** Escapes DEL and the C1 control characters in JSON text. */
export function escapeForJson(json: string): string {
  return json.replace(
    /[\x7f-\x9f]/g,
    (char) => "\\u00" + char.charCodeAt(0).toString(16),
  );
}

/** The request target of a URL: path and query, or all of it if it has none. */
export function target(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  return start === -1 ? url : url.slice(start);
}

function isLocal(client: string): boolean {
  return client === "127.0.0.1" || client === "::1" || client === "unix";
}

function quoted(text: string): string {
  return escapeControl(text).replaceAll('"', '\\"');
}

function formatSize(size: number | undefined): string {
  if (size === undefined) return "";
  if (size < 1000) return `${size} B `;
  if (size < 999_950) return `${(size / 1000).toFixed(1)} kB `;
  if (size < 999_950_000) return `${(size / 1_000_000).toFixed(1)} MB `;
  return `${(size / 1_000_000_000).toFixed(1)} GB `;
}

function formatDuration(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  return `${(ms / 1000).toFixed(1)} s`;
}

let clockSecond = -1;
let clockText = "";

/** Formats local time as `HH:MM:SS`, once per second. */
function clockTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== clockSecond) {
    clockSecond = second;
    const date = new Date(time);
    clockText = [date.getHours(), date.getMinutes(), date.getSeconds()]
      .map(twoDigits).join(":");
  }
  return clockText;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Formats local time as Apache does: `20/Nov/2026:14:03:21 +0100`. */
function apacheTime(time: number): string {
  const date = new Date(time);
  const offset = -date.getTimezoneOffset();
  const zone = `${offset < 0 ? "-" : "+"}${
    twoDigits(Math.floor(Math.abs(offset) / 60))
  }${twoDigits(Math.abs(offset) % 60)}`;
  return `${twoDigits(date.getDate())}/${
    MONTHS[date.getMonth()]
  }/${date.getFullYear()}:${clockTime(time)} ${zone}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
