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
import { readValues } from "./_read_values.ts";
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
export function settingsOf(flags: ParsedFlags): Settings {
  const { app, appArgs, switches, values } = flags;
  const [port] = readValues(flags, "port", parsePort);
  if (values.has("bind") && values.has("host")) {
    throw new UsageError(
      "Cannot use --host besides --bind: expected one of them",
    );
  }
  const parsed = [
    ...readValues(flags, "bind", parseBindAddress),
    ...readValues(flags, "host", parseBindAddress),
  ];
  if (parsed.length === 0) parsed.push(parseBindAddress(DEFAULT_HOST));
  const hasOwnPorts = parsed.every((address) =>
    address.transport === "unix" || address.port !== undefined
  );
  const isPortTyped = port !== undefined && !flags.fromEnv.has("port");
  if (hasOwnPorts && isPortTyped) {
    throw new UsageError(
      `Cannot use --port ${port}: each address has a port of its own`,
    );
  }
  const addresses = parsed.map((address) =>
    address.transport === "tcp"
      ? { ...address, port: address.port ?? port ?? DEFAULT_PORT }
      : address
  );
  const quiet = switches.has("quiet");
  return {
    app,
    appArgs,
    addresses,
    isDefaultPort: port === undefined && !hasOwnPorts,
    options: serverOptions(addresses, flags),
    log: quiet ? false : readValues(flags, "log", parseLog)[0] ?? "dev",
    color: !switches.has("no-color"),
    open: switches.has("open"),
    proxies: Object.fromEntries(readValues(flags, "proxy", parseProxyRule)),
    envFiles: values.get("env-file") ?? [],
    debug: debugSettings(addresses, flags),
    reload: switches.has("no-reload") ? undefined : reloadSettings(flags),
  };
}

/**
 * Sources are shown on this machine, and in its networks to those who come under
 * a name that was allowed.
 */
function debugSettings(
  addresses: readonly BindAddress[],
  flags: ParsedFlags,
): DebugSettings | undefined {
  const { switches, values } = flags;
  const [pin] = readValues(flags, "debug-pin", (text) => {
    checkPinText(text);
    return text;
  });
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
      readValues(flags, "editor-path", parseEditorPath),
    ),
    editor: readValues(flags, "editor", editorUrl)[0],
  };
}

function reloadSettings(flags: ParsedFlags): ReloadSettings {
  const { switches, values } = flags;
  const [type = "auto"] = readValues(flags, "reloader", parseReloaderType);
  const [poll] = readValues(flags, "poll", secondsReader("poll"));
  return {
    extraFiles: values.get("extra-file") ?? [],
    excludePatterns: values.get("exclude") ?? [],
    reloaderType: poll === undefined ? type : "stat",
    reloaderInterval: poll ?? 1,
    onError: switches.has("keep") ? "keep" : "page",
    clear: switches.has("clear"),
    relay: switches.has("relay"),
  };
}

function parseReloaderType(text: string): ReloaderType {
  const type = RELOADER_TYPES.find((type) => type === text);
  if (type !== undefined) return type;
  throw new UsageError(
    `Cannot use --reloader ${text}: expected ${RELOADER_TYPES.join(", ")}`,
  );
}

function serverOptions(
  addresses: BindAddress[],
  flags: ParsedFlags,
): ServerOptions {
  const { switches, values } = flags;
  const options: ServerOptions = {
    passthroughErrors: switches.has("passthrough-errors"),
  };
  const hosts = readValues(flags, "allowed-host", (host) => {
    assertAllowedHost(host);
    return host;
  });
  if (hosts.length > 0) {
    // With all interfaces bound the default is anything: then the names given
    // are the only ones, besides this machine's own.
    options.allowedHosts = [
      ...defaultAllowedHosts(addresses) ?? defaultAllowedHosts([])!,
      ...hosts,
    ];
  }
  const sslContext = parseSsl(values.get("cert")?.[0], values.get("key")?.[0]);
  if (sslContext !== undefined) options.sslContext = sslContext;
  const [grace] = readValues(flags, "grace", secondsReader("grace"));
  if (grace !== undefined) options.gracePeriod = grace;
  const statics = readValues(flags, "static", parseStatic);
  if (statics.length > 0) options.staticFiles = statics;
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

function secondsReader(flag: string): (text: string) => number {
  return (text) => {
    const seconds = Number(text);
    if (text.trim() !== "" && seconds >= 0 && seconds <= MAX_SECONDS) {
      return seconds;
    }
    throw new UsageError(
      `Cannot use --${flag} ${text}: expected a number of seconds from 0 to ${MAX_SECONDS}`,
    );
  };
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

function parseLog(text: string): LogOption {
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
