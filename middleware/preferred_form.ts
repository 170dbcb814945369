/** How an error can be shown. */
export type ErrorForm = "html" | "json" | "text";

const FORMS: ReadonlyMap<string, ErrorForm> = new Map([
  ["text/html", "html"],
  ["application/xhtml+xml", "html"],
  ["application/json", "json"],
  ["text/plain", "text"],
]);

/**
 * Chooses the form that a client asks for by name (RFC 9110 section 12.5.1). A
 * wildcard is no wish: curl sends one, and gets text. Of those that are wanted
 * alike, the one that says more is taken.
 *
 * @param accept The value of `Accept`.
 */
export function preferredForm(accept: string | null): ErrorForm {
  const wanted: Record<ErrorForm, number> = { html: 0, json: 0, text: 0 };
  for (const range of (accept ?? "").toLowerCase().split(",")) {
    const [type = "", ...parameters] = range.split(";").map((s) => s.trim());
    const form = FORMS.get(type);
    if (form === undefined) continue;
    wanted[form] = Math.max(wanted[form], qualityOf(parameters));
  }
  const { html, json, text } = wanted;
  if (html > 0 && html >= Math.max(json, text)) return "html";
  return json > 0 && json >= text ? "json" : "text";
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const quality = Number(weight.slice(weight.indexOf("=") + 1));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
