import { execRegExp, sliceText, toLowerCase } from "./_builtins.ts";

/** The words of `apiKey`, `API_KEY`, `x-api-key` and `APIKey`. */
const WORD_REGEXP = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g;
const SECRET_REGEXP =
  /^(?:.*(?:password|passwd|passphrase|passcode|apikey|secret|token)s?|pass|pwd|auth|oauth|authorization|cookies?|session|sess|sessid|sessionid|sid|credentials?|creds?|private|jwt|bearer|csrf|xsrf|otp|totp|(?:api|access|secret|private|encryption|signing|master|license|ssh) keys?)$/;
/** Words that make of a secret something about it: `tokenCount`, `authUrl`. */
const HARMLESS_REGEXP =
  /^(?:count|counter|length|len|size|index|idx|limit|max|min|num|total|expires|expiry|expired|ttl|age|timeout|type|kind|url|uri|path|name|label|usage|start|end|line|column|is|has|needs|requires)$/;
/** A URL with a password, such as that of a database. */
const PASSWORD_URL_REGEXP = /^[a-z][\w+.-]*:\/\/[^\s/?#@:]*:[^\s/?#@]+@/i;

/**
 * Whether a name looks like that of a secret: `password`, `apiKey`,
 * `SESSION_ID`, `set-cookie`, but not `keyboard`, `author` or `tokenCount`.
 */
export function isSecretName(name: string): boolean {
  // Long keys are text rather than names.
  const text = sliceText(name, 0, 200);
  let previous = "";
  let isSecret = false;
  WORD_REGEXP.lastIndex = 0;
  let match = execRegExp(WORD_REGEXP, text);
  while (match !== null) {
    const word = toLowerCase(match[0]);
    if (execRegExp(HARMLESS_REGEXP, word) !== null) return false;
    isSecret ||= execRegExp(SECRET_REGEXP, word) !== null ||
      execRegExp(SECRET_REGEXP, `${previous} ${word}`) !== null;
    previous = word;
    match = execRegExp(WORD_REGEXP, text);
  }
  return isSecret;
}

/** Whether a variable or property is to be shown on demand only. */
export function isSecret(name: string, value: unknown): boolean {
  switch (typeof value) {
    case "string":
      return value !== "" &&
        (isSecretName(name) || execRegExp(PASSWORD_URL_REGEXP, value) !== null);
    case "object":
    case "number":
    case "bigint":
      return value !== null && isSecretName(name);
    default:
      // Flags, functions and nothing at all give nothing away.
      return false;
  }
}
