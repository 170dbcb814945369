import { splitList, unquote } from "./_split_list.ts";

/** What one proxy has said: its parameters by name, in lower case. */
export type ForwardedElement = ReadonlyMap<string, string>;

// Colons and brackets should be quoted, but hosts and addresses often are not.
const PAIR_REGEXP =
  /^([\w!#$%&'*+.^`|~-]+)=([\w!#$%&'*+.^`|~:[\]-]+|"(?:[\t !#-[\]-~\x80-\xff]|\\[\t -~\x80-\xff])*")$/;

/**
 * Parses a `Forwarded` field value (RFC 7239 section 4).
 *
 * @param value The field value, lines joined.
 * @returns The elements in their order, none if any of them is malformed: what
 * a client has written must not shift what proxies have appended.
 */
export function parseForwarded(value: string): ForwardedElement[] {
  const elements: ForwardedElement[] = [];
  for (const member of splitList(value, ",") ?? []) {
    const element = parseElement(member);
    if (element === undefined) return [];
    elements.push(element);
  }
  return elements;
}

function parseElement(text: string): ForwardedElement | undefined {
  const element = new Map<string, string>();
  for (const pair of splitList(text, ";") ?? []) {
    const [, name, value] = PAIR_REGEXP.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    const key = name.toLowerCase();
    // "Each parameter MUST NOT occur more than once per field-value."
    if (element.has(key)) return undefined;
    element.set(key, unquote(value));
  }
  return element;
}
