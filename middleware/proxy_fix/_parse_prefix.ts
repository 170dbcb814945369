const PATH_REGEXP = /^(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*$/i;

/**
 * Parses the part of the path that a proxy has taken off.
 *
 * @param text The value.
 * @returns It with one slash at the start and none at the end, so that a path
 * can follow, or empty. `undefined` if it is no path or has dot segments.
 */
export function parsePrefix(text: string): string | undefined {
  if (!PATH_REGEXP.test(text)) return undefined;
  const segments = text.split("/");
  if (segments.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment))) {
    return undefined;
  }
  // Two slashes at the start would be a host to who puts it into a link.
  const start = segments.findIndex((segment) => segment !== "");
  const end = segments.findLastIndex((segment) => segment !== "");
  if (start === -1) return "";
  return `/${segments.slice(start, end + 1).join("/")}`;
}
