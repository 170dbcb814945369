/** A header field. */
export type Field = readonly [name: string, value: string];

/** Those of RFC 9110 section 7.6.1, and those for proxies (section 11.7). */
const HOP_BY_HOP: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Leaves out the fields that are meant for one connection only: the known ones
 * and those that `Connection` names.
 *
 * @param fields The fields of a message.
 * @returns Those to pass on, in the same order.
 */
export function endToEnd(fields: Iterable<Field>): Field[] {
  const all = [...fields];
  const dropped = new Set(HOP_BY_HOP);
  for (const [name, value] of all) {
    if (name.toLowerCase() !== "connection") continue;
    for (const option of listMembers(value)) dropped.add(option);
  }
  return all.filter(([name]) => !dropped.has(name.toLowerCase()));
}

/**
 * Splits a list of tokens.
 *
 * @param value The field value, `null` if there is none.
 * @returns The tokens in lower case.
 */
export function listMembers(value: string | null): string[] {
  return (value ?? "").split(",").map((member) => member.trim().toLowerCase());
}
