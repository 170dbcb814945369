const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const QUOTED_STRING =
  '"(?:[\\t !#-\\[\\]-~\\x80-\\xff]|\\\\[\\t -~\\x80-\\xff])*"';
const PARAMETER = `${TOKEN}=(?:${TOKEN}|${QUOTED_STRING})`;
const TOKEN_REGEXP = new RegExp(`^${TOKEN}$`);
const MEDIA_TYPE_REGEXP = new RegExp(
  `^${TOKEN}/${TOKEN}(?:[ \\t]*;[ \\t]*(?:${PARAMETER})?)*$`,
);

/** Whether it is a token (RFC 9110 section 5.6.2). */
export function isToken(value: string): boolean {
  return TOKEN_REGEXP.test(value);
}

/** Whether it is a media type with its parameters (RFC 9110 section 8.3.1). */
export function isMediaType(value: string): boolean {
  return MEDIA_TYPE_REGEXP.test(value);
}

/** The members of a list without quoted strings (RFC 9110 section 5.6.1). */
export function listMembers(value: string | null): string[] {
  return (value ?? "").split(",").map((member) => member.trim())
    .filter((member) => member !== "");
}

/**
 * Whether it is a date in the one form that may be sent (RFC 9110 section
 * 5.6.7), with the day of the week that it was.
 */
export function isHttpDate(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toUTCString() === value;
}
