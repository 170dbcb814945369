import { parseTargetUrl } from "./_proxy_address.ts";

/**
 * Reads a rule of the command line for {@linkcode httpProxy}.
 *
 * @param text A URL prefix, `=` and the URL of the upstream.
 * @returns Both, for `Object.fromEntries`.
 * @throws {SyntaxError} If the text is not of that form.
 * @throws {TypeError} If the upstream cannot be one. `httpProxy` checks the rest.
 */
export function parseProxyRule(text: string): [prefix: string, target: string] {
  const [, prefix, target] = /^(\/[^=]*)=(.+)$/.exec(text) ?? [];
  if (prefix !== undefined && target !== undefined) {
    parseTargetUrl(prefix, target);
    return [prefix, target];
  }
  throw new SyntaxError(
    `Cannot read a proxy rule: expected one such as "/api=http://127.0.0.1:9000", current value is "${text}"`,
  );
}
