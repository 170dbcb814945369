import { execRegExp, sliceText } from "./_builtins.ts";
import { isSecretName } from "./_is_secret_name.ts";

const PASSWORD_REGEXP = /^([a-z][\w+.-]*:\/\/[^/?#@:]*:)[^/?#@]*@/i;
const PARAMETER_REGEXP = /([?&])([^=&#]*)=([^&#]*)/g;

/** Hides the password and the secret-looking parameters of a URL. */
export function maskUrl(url: string): string {
  const password = execRegExp(PASSWORD_REGEXP, url);
  const text = password === null
    ? url
    : `${password[1]}***@${sliceText(url, password[0].length)}`;

  let result = "";
  let done = 0;
  PARAMETER_REGEXP.lastIndex = 0;
  let match = execRegExp(PARAMETER_REGEXP, text);
  while (match !== null) {
    if (isSecretName(match[2]!)) {
      result += sliceText(text, done, match.index) +
        `${match[1]}${match[2]}=***`;
      done = match.index + match[0].length;
    }
    match = execRegExp(PARAMETER_REGEXP, text);
  }
  return result + sliceText(text, done);
}
