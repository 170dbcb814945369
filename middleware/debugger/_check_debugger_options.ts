import { consoleSecret, isConsoleSecret } from "./_console_access.ts";
import type {
  DebuggedApplicationOptions,
  DebuggerSettings,
} from "./_debugger_options.ts";
import { checkPinText } from "../check_pin_text.ts";
import { processPin } from "./_pin.ts";
import { printError, printPin } from "./_print_error.ts";
import { trustedName } from "./_trusted_host.ts";
import { optionCheck } from "../_option_check.ts";

const check = optionCheck("debug");

/**
 * Checks what `debuggedApplication` is called with.
 *
 * @param app The app.
 * @param options The options.
 * @returns The options with all defaults.
 */
export function checkDebuggerOptions(
  app: unknown,
  options: DebuggedApplicationOptions,
): DebuggerSettings {
  const {
    evalex = false,
    pinSecurity = true,
    pin,
    secret = consoleSecret(),
    pinFailures,
    onPin = printPin,
    root = currentFolder(),
    trustedHosts = [],
    editor,
    editorPaths,
    moduleScope = {},
    acornUrl = "npm:acorn@^8",
    highlightUrl,
    logError = printError,
    signal,
  } = options;
  check("app", app, typeof app === "function", "a function");
  check("evalex", evalex, typeof evalex === "boolean", "a boolean");
  const isBoolean = typeof pinSecurity === "boolean";
  check("pinSecurity", pinSecurity, isBoolean, "a boolean");
  // The value stays out of all messages.
  const isSecret = typeof secret === "string" && isConsoleSecret(secret);
  check("secret", typeof secret, isSecret, "96 hexadecimal digits");
  const isCount = pinFailures === undefined || hasCount(pinFailures);
  check("pinFailures", pinFailures, isCount, "an object with a count");
  check("onPin", onPin, typeof onPin === "function", "a function");
  check("root", root, typeof root === "string" && root !== "", "a path");
  const isList = Array.isArray(trustedHosts);
  check("trustedHosts", trustedHosts, isList, "an array of host names");
  checkText("editor", editor);
  const isRecord = editorPaths === undefined ||
    typeof editorPaths === "object" && editorPaths !== null &&
      Object.values(editorPaths).every((path) => typeof path === "string");
  check("editorPaths", editorPaths, isRecord, "an object of paths");
  const isScope = typeof moduleScope === "function" ||
    typeof moduleScope === "object" && moduleScope !== null;
  check("moduleScope", moduleScope, isScope, "a function or an object");
  checkText("acornUrl", acornUrl);
  checkText("highlightUrl", highlightUrl);
  check("logError", logError, typeof logError === "function", "a function");
  const isSignal = signal === undefined || signal instanceof AbortSignal;
  check("signal", signal, isSignal, "an AbortSignal");
  return {
    evalex,
    pin: checkPin(pin, pinSecurity),
    secret,
    pinFailures,
    onPin,
    root,
    trustedHosts: trustedHosts.map(checkHost),
    editor,
    editorPaths,
    moduleScope,
    acornUrl,
    highlightUrl,
    logError,
    signal,
  };
}

/** Whether there is a count, which is not asked for before it is needed. */
function hasCount(failures: unknown): boolean {
  if (typeof failures !== "object" || failures === null) return false;
  const count = Object.getOwnPropertyDescriptor(failures, "count");
  return typeof count?.get === "function" ||
    typeof Reflect.get(failures, "count") === "number";
}

/** The PIN that is asked for, if there is one. */
function checkPin(pin: unknown, pinSecurity: boolean): string | undefined {
  const isText = pin === undefined || typeof pin === "string";
  // The value is a secret, if only a bad one.
  check("pin", typeof pin, isText, "a string");
  const isOff = !pinSecurity || pin === "off";
  if (typeof pin === "string" && pin !== "off") {
    checkPinText(pin);
    if (!isOff) return pin;
  }
  return isOff ? undefined : processPin();
}

function checkHost(entry: unknown): string {
  check("trustedHosts", entry, typeof entry === "string", "names");
  const name = trustedName(String(entry));
  if (name !== undefined) return name;
  throw new SyntaxError(
    `Cannot debug as trustedHosts must be host names, ".name" or IP addresses: current value is ${
      Deno.inspect(entry)
    }`,
  );
}

function checkText(name: string, value: unknown): void {
  const isText = value === undefined || typeof value === "string";
  check(name, value, isText && value !== "", "a URL");
}

function currentFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    // Without permission no file can be told from another one, nor read.
    return "/";
  }
}
