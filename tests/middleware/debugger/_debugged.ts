import type { Handler } from "../../../serving/handler.ts";
import {
  type DebuggedApplication,
  debugWith,
} from "../../../middleware/debugger/_debug_with.ts";
import type { DebuggedApplicationOptions } from "../../../middleware/debugger/_debugger_options.ts";
import type { DebuggerParts } from "../../../middleware/debugger/_debugger_parts.ts";
import { rawRequest, type RawResponse } from "../../_raw_http.ts";
import { FAKE_PARTS, type FakePage, readFakePage } from "./_fake_parts.ts";

/** The PIN of the servers here. */
export const PIN = "123-456-789";

/** A server whose app is debugged. */
export interface Debugged extends AsyncDisposable {
  /** Its port. */
  readonly port: number;
  /** What it serves. */
  readonly handler: DebuggedApplication;
  /** The errors that were logged, with their details. */
  readonly logged: { error: unknown; kind: string; path: string | undefined }[];
  /** The PINs that were told. */
  readonly pins: string[];
  /** Requests a path as a browser would that opens it. */
  open(path: string): Promise<Response>;
}

/** Serves an app with fake parts. By default, it throws. */
export function serveDebugged(
  options: DebuggedApplicationOptions = {},
  app: Handler = throwBoom,
  parts: Partial<DebuggerParts> = {},
): Debugged {
  const logged: Debugged["logged"] = [];
  const pins: string[] = [];
  const handler = debugWith(app, {
    pin: PIN,
    onPin: (pin) => pins.push(pin),
    logError: (error, { kind, path }) => logged.push({ error, kind, path }),
    ...options,
  }, { ...FAKE_PARTS, ...parts });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    handler,
  );
  const { port } = server.addr;
  return {
    port,
    handler,
    logged,
    pins,
    open: (path) =>
      fetch(`http://127.0.0.1:${port}${path}`, {
        headers: { accept: "text/html" },
        redirect: "manual",
      }),
    async [Symbol.asyncDispose]() {
      await handler[Symbol.asyncDispose]();
      await server.shutdown();
    },
  };
}

function throwBoom(): never {
  throw new TypeError("boom");
}

/** A console, seen by its own page. */
export interface OpenedConsole {
  /** Its port. */
  readonly port: number;
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  /** The part of its paths that is secret: `/key`. */
  readonly base: string;
  /** The id of an error. */
  readonly id: string;
  /** The token for commands. */
  readonly token: string;
  /** The page. */
  readonly page: FakePage;
}

/** Has an app fail, and opens the console of its error. */
export async function openConsole(server: Debugged): Promise<OpenedConsole> {
  const response = await server.open("/");
  const { options } = readFakePage(await response.text());
  const url = new URL(options.console!.url);
  const consoleResponse = await fetch(url);
  const page = readFakePage(await consoleResponse.text());
  const [, key, id] = url.pathname.split("/");
  return {
    port: Number(url.port),
    origin: url.origin,
    base: `/${key}`,
    id: id!,
    token: page.options.console!.token!,
    page,
  };
}

/** What differs from the command that a page would send. */
export interface CommandChanges {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string | object;
  /** Headers that are changed, and taken away where they are `null`. */
  readonly headers?: Readonly<Record<string, string | null>>;
}

/** Sends a command byte by byte, by default one that runs `1 + 1`. */
export async function sendCommand(
  console: OpenedConsole,
  changes: CommandChanges = {},
): Promise<RawResponse> {
  const { id: report, port, base, origin, token } = console;
  const {
    method = "POST",
    path = `${base}/eval`,
    body = { report, frame: 0, code: "1 + 1" },
    headers = {},
  } = changes;
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const fields: Record<string, string | null> = {
    "host": `127.0.0.1:${port}`,
    "origin": origin,
    "sec-fetch-site": "same-origin",
    "content-type": "application/json",
    "x-devserve-token": token,
    "content-length": String(text.length),
    "connection": "close",
    ...headers,
  };
  const head = Object.entries(fields)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return await rawRequest(
    port,
    `${method} ${path} HTTP/1.1\r\n${head}\r\n${text}`,
  );
}

/** Gives the PIN, and returns the cookie. */
export async function unlock(console: OpenedConsole): Promise<string> {
  const { fields } = await sendCommand(console, {
    path: `${console.base}/pin`,
    body: { pin: PIN },
  });
  const cookie = fields.find(([name]) => name === "set-cookie");
  return cookie?.[1].split(";")[0] ?? "";
}
