import {
  assertAllowedHost,
  defaultAllowedHosts,
  isLoopback,
} from "./allowed_hosts.ts";
import { type BindAddress, parseBindAddress } from "./bind_address.ts";
import type { DebugSettings } from "./_debug_setup.ts";
import { editorUrl } from "./_editor_url.ts";
import { assertLogOption, type LogOption } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import {
  RELOADER_TYPES,
  type ReloaderType,
} from "../reloader/reloader_type.ts";
import { MAX_SECONDS } from "../reloader/option_checks.ts";
import { checkPinText } from "../middleware/check_pin_text.ts";
import { parseProxyRule } from "../middleware/http_proxy/parse_proxy_rule.ts";
import { type ParsedFlags, UsageError } from "./_parse_flags.ts";
import type { Proxies } from "./_with_proxies.ts";
import type { SslContext } from "./tls/ssl_context.ts";

const DEFAULT_HOST = "localhost";

/** The port, where the user names none and it is free. */
export const DEFAULT_PORT = 8000;

/** What the flags come to, all checked. */
export interface Settings {
  /** The app, if one is named. */
  app: string | undefined;
  /** The arguments of the app. */
  appArgs: readonly string[];
  /** Where to listen. */
  addresses: BindAddress[];
  /** Whether the port is nobody's wish, so that another one is as good. */
  isDefaultPort: boolean;
  /** The options of the server. */
  options: ServerOptions;
  /** The log. */
  log: LogOption;
  /** Whether colors are allowed. */
  color: boolean;
  /** Whether to open a browser. */
  open: boolean;
  /** The upstreams that answer in place of the app. */
  proxies: Proxies;
  /** The env files. */
  envFiles: readonly string[];
  /** How errors are shown; `undefined` if clients are not to see them. */
  debug: DebugSettings | undefined;
  /** How to reload; `undefined` if not at all. */
  reload: ReloadSettings | undefined;
}

/** How changes are noticed, and what a failure leads to. */
export interface ReloadSettings {
  /** Files, directories and globs to watch besides the app. */
  extraFiles: readonly string[];
  /** What is not watched. */
  excludePatterns: readonly string[];
  /** How changes are noticed. */
  reloaderType: ReloaderType;
  /** Seconds between two looks at the files. */
  reloaderInterval: number;
  /** What is done with a failure. */
  onError: "page" | "keep";
  /** Whether the terminal is cleared at each reload. */
  clear: boolean;
  /** Whether connections are relayed where ports could be shared. */
  relay: boolean;
}

/**
 * Turns flags into settings.
 *
 * @throws {UsageError | SyntaxError | RangeError} If a value is wrong.
 */
export function settingsOf(
  { app, appArgs, switches, values }: ParsedFlags,
): Settings {
  const one = (name: string) => values.get(name)?.[0];
  const port = one("port");
  const texts = values.get("bind") ?? [one("host") ?? DEFAULT_HOST];
  if (values.has("bind") && values.has("host")) {
    throw new UsageError(
      "Cannot use --host besides --bind: expected one of them",
    );
  }
  const parsed = texts.map(parseBindAddress);
  const hasOwnPorts = parsed.every((address) =>
    address.transport === "unix" || address.port !== undefined
  );
  const fallback = port === undefined ? DEFAULT_PORT : parsePort(port);
  const addresses = parsed.map((address) =>
    address.transport === "tcp"
      ? { ...address, port: address.port ?? fallback }
      : address
  );
  const quiet = switches.has("quiet");
  return {
    app,
    appArgs,
    addresses,
    isDefaultPort: port === undefined && !hasOwnPorts,
    options: serverOptions(addresses, switches, values),
    log: quiet ? false : parseLog(one("log")),
    color: !switches.has("no-color"),
    open: switches.has("open"),
    proxies: Object.fromEntries(
      (values.get("proxy") ?? []).map(parseProxyRule),
    ),
    envFiles: values.get("env-file") ?? [],
    debug: debugSettings(addresses, switches, values),
    reload: switches.has("no-reload")
      ? undefined
      : reloadSettings(switches, values),
  };
}

/**
 * Sources are shown on this machine, and in its networks to those who come under
 * a name that was allowed.
 */
function debugSettings(
  addresses: readonly BindAddress[],
  switches: Set<string>,
  values: Map<string, string[]>,
): DebugSettings | undefined {
  const pin = values.get("debug-pin")?.[0];
  if (pin !== undefined) checkPinText(pin);
  const isExposed = addresses.some((address) =>
    address.transport === "tcp" && !isLoopback(address.hostname)
  );
  const isOff = switches.has("no-debugger") ||
    switches.has("passthrough-errors") ||
    (isExposed && !values.has("allowed-host"));
  return isOff ? undefined : {
    evalex: !switches.has("no-evalex"),
    packages: values.get("debug-package") ?? [],
    exclude: values.get("debug-exclude") ?? [],
    pin,
    editorPaths: Object.fromEntries(
      (values.get("editor-path") ?? []).map(parseEditorPath),
    ),
    editor: editorUrl(values.get("editor")?.[0]),
  };
}

function reloadSettings(
  switches: Set<string>,
  values: Map<string, string[]>,
): ReloadSettings {
  const type = values.get("reloader")?.[0] ?? "auto";
  if (!isReloaderType(type)) {
    throw new UsageError(
      `Cannot use --reloader ${type}: expected ${RELOADER_TYPES.join(", ")}`,
    );
  }
  const poll = values.get("poll")?.[0];
  return {
    extraFiles: values.get("extra-file") ?? [],
    excludePatterns: values.get("exclude") ?? [],
    reloaderType: poll === undefined ? type : "stat",
    reloaderInterval: poll === undefined ? 1 : parseSeconds("poll", poll),
    onError: switches.has("keep") ? "keep" : "page",
    clear: switches.has("clear"),
    relay: switches.has("relay"),
  };
}

function isReloaderType(text: string): text is ReloaderType {
  return (RELOADER_TYPES as readonly string[]).includes(text);
}

function serverOptions(
  addresses: BindAddress[],
  switches: Set<string>,
  values: Map<string, string[]>,
): ServerOptions {
  const options: ServerOptions = {
    passthroughErrors: switches.has("passthrough-errors"),
  };
  const hosts = values.get("allowed-host");
  if (hosts !== undefined) {
    hosts.forEach(assertAllowedHost);
    // With all interfaces bound the default is anything: then the names given
    // are the only ones, besides this machine's own.
    options.allowedHosts = [
      ...defaultAllowedHosts(addresses) ?? defaultAllowedHosts([])!,
      ...hosts,
    ];
  }
  const sslContext = parseSsl(values.get("cert")?.[0], values.get("key")?.[0]);
  if (sslContext !== undefined) options.sslContext = sslContext;
  const grace = values.get("grace")?.[0];
  if (grace !== undefined) options.gracePeriod = parseSeconds("grace", grace);
  const statics = values.get("static");
  if (statics !== undefined) options.staticFiles = statics.map(parseStatic);
  return options;
}

function parseSsl(
  cert: string | undefined,
  key: string | undefined,
): SslContext | undefined {
  if (cert === undefined) {
    if (key === undefined) return undefined;
    throw new UsageError(`Cannot use --key ${key} without --cert`);
  }
  if (cert !== "adhoc") return key === undefined ? [cert] : [cert, key];
  if (key === undefined) return "adhoc";
  throw new UsageError(
    `Cannot use --key ${key} with --cert adhoc, which has a key of its own`,
  );
}

function parseEditorPath(text: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) {
    return [text.slice(0, at), text.slice(at + 1)];
  }
  throw new UsageError(
    `Cannot use --editor-path ${text}: expected /path/here=/path/there`,
  );
}

function parsePort(text: string): number {
  const address = /^\d+$/.test(text) ? parseBindAddress(text) : undefined;
  if (address?.transport !== "tcp" || address.port === undefined) {
    throw new UsageError(
      `Cannot use --port ${text}: expected an integer from 0 to 65535`,
    );
  }
  return address.port;
}

function parseSeconds(flag: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() === "" || !(seconds >= 0 && seconds <= MAX_SECONDS)) {
    throw new UsageError(
      `Cannot use --${flag} ${text}: expected a number of seconds from 0 to ${MAX_SECONDS}`,
    );
  }
  return seconds;
}

function parseStatic(text: string): [string, string] {
  const at = text.indexOf("=");
  const [url, path] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || !url.startsWith("/") || path === "") {
    throw new UsageError(
      `Cannot use --static ${text}: expected /url=directory`,
    );
  }
  return [url, path];
}

function parseLog(text: string | undefined): LogOption {
  if (text === undefined) return "dev";
  if (text === "none") return false;
  try {
    assertLogOption(text);
    return text;
  } catch {
    throw new UsageError(
      `Cannot use --log ${text}: expected dev, common, combined, json or none`,
    );
  }
}
