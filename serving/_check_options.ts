import {
  type Check,
  checkOptions,
  describe,
  isBoolean,
  isSeconds,
  isStrings,
  refuse,
} from "../reloader/option_checks.ts";
import { assertAllowedHost } from "./allowed_hosts.ts";
import {
  assertPort,
  type BindAddress,
  parseBindAddress,
} from "./bind_address.ts";
import type { App, Handler } from "./handler.ts";
import { assertLogOption } from "./log.ts";
import { RequestHandler } from "./request_handler.ts";
import type { ServerOptions } from "./make_server.ts";

/** The checks of the options of {@linkcode ServerOptions}. */
export const SERVER_CHECKS: Record<keyof ServerOptions, Check> = {
  requestHandler: isRequestHandler,
  staticFiles: isObject,
  passthroughErrors: isBoolean,
  log: assertLogOption,
  allowedHosts: isHosts,
  gracePeriod: isSeconds,
  serverHeader: isBoolean,
  sslContext: isSslContext,
};

/** Checks the options of a server and that there are no others. */
export function checkServerOptions(options: ServerOptions): void {
  checkOptions(options, SERVER_CHECKS);
}

/** Turns the first two arguments of a server into addresses. */
export function checkAddresses(
  hostname: string | readonly string[],
  port: number,
): BindAddress[] {
  assertPort(port);
  const texts: readonly unknown[] = Array.isArray(hostname)
    ? hostname
    : [hostname];
  if (texts.length === 0) {
    throw new TypeError(
      "Cannot listen: expected at least one hostname, got an empty array",
    );
  }
  return texts.map((text) => {
    if (typeof text !== "string") {
      throw new TypeError(
        `Cannot listen on ${String(text)}: expected a string, got ${
          describe(text)
        }`,
      );
    }
    const address = parseBindAddress(text);
    return address.transport === "tcp"
      ? { ...address, port: address.port ?? port }
      : address;
  });
}

/** Turns an app into its handler. */
export function checkApp(app: App): Handler {
  if (typeof app === "function") return app;
  if (typeof app?.fetch === "function") {
    return (request, info) => app.fetch(request, info);
  }
  throw new TypeError(
    `Cannot serve the app: expected a function or an object with a fetch method, got ${
      describe(app)
    }`,
  );
}

function isHosts(value: unknown, name: string): void {
  isStrings(value, name);
  for (const entry of value as string[]) assertAllowedHost(entry);
}

function isObject(value: unknown, name: string): void {
  if (typeof value !== "object" || value === null) {
    refuse(name, value, "an object of URL prefixes and paths");
  }
}

function isRequestHandler(value: unknown, name: string): void {
  const isSubclass = typeof value === "function" &&
    (value === RequestHandler || value.prototype instanceof RequestHandler);
  if (!isSubclass) refuse(name, value, "a class that extends RequestHandler");
}

function isSslContext(value: unknown, name: string): void {
  if (value === "adhoc") return;
  const parts = Array.isArray(value)
    ? value
    : value instanceof Object && "cert" in value && "key" in value
    ? [value.cert, value.key]
    : [];
  const isPair = parts.length === 1 && Array.isArray(value) ||
    parts.length === 2;
  const isCaRight = !(value instanceof Object && "ca" in value) ||
    value.ca === undefined || typeof value.ca === "string";
  const areTexts = parts.every((part) => typeof part === "string");
  if (isPair && isCaRight && areTexts) return;
  refuse(name, value, `"adhoc", [certFile, keyFile] or { cert, key, ca? }`);
}
