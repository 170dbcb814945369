import { apply, captureGetter, push } from "./_builtins.ts";
import type { ReportedRequest } from "../error_report.ts";
import { isSecret } from "./_is_secret_name.ts";
import { cutText } from "./_primitive_text.ts";

const MAX_HEADERS = 200;
const MAX_VALUE = 8_000;

const methodOf = captureGetter<string>(Request.prototype, "method");
const urlOf = captureGetter<string>(Request.prototype, "url");
const headersOf = captureGetter<Headers>(Request.prototype, "headers");
const { forEach } = Headers.prototype;

/** Describes a request, which an app may have put its own class around. */
export function reportRequest(request: Request): ReportedRequest | undefined {
  try {
    const headers: ReportedRequest["headers"][number][] = [];
    apply(forEach, headersOf(request), [(value: string, name: string) => {
      if (headers.length === MAX_HEADERS) return;
      const text = value.length > MAX_VALUE
        ? `${cutText(value, MAX_VALUE)}…`
        : value;
      push(headers, { name, value: text, isSecret: isSecret(name, value) });
    }]);
    return { method: methodOf(request), url: urlOf(request), headers };
  } catch {
    // No request, or one of another making.
    return undefined;
  }
}
