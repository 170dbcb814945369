const HTTP_DATE_REGEXPS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  // Sunday, 06-Nov-94 08:49:37 GMT
  /^\w{6,9}, \d{2}-\w{3}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  // Sun Nov  6 08:49:37 1994
  /^\w{3} \w{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * Parses the date of a header field in any of the three forms of RFC 9110
 * section 5.6.7. `Date.parse` alone takes much more than these, and the last
 * one as local time.
 *
 * @param value The field value, `null` if the field is absent.
 * @returns Milliseconds since the epoch, `undefined` if there is no valid date.
 */
export function parseHttpDate(value: string | null): number | undefined {
  if (value === null) return undefined;
  const form = HTTP_DATE_REGEXPS.findIndex((regexp) => regexp.test(value));
  if (form < 0) return undefined;
  const time = Date.parse(form === 2 ? `${value} GMT` : value);
  return Number.isNaN(time) ? undefined : time;
}
