/** How an error can be shown. */
export type ErrorForm = "html" | "json" | "text";

/**
 * Chooses the form that a client asks for by name (RFC 9110 section 12.5.1). A
 * wildcard is no wish: curl sends one, and gets text.
 *
 * @param accept The value of `Accept`.
 */
export function preferredForm(accept: string | null): ErrorForm {
  let html = 0;
  let json = 0;
  for (const range of (accept ?? "").toLowerCase().split(",")) {
    const [type = "", ...parameters] = range.split(";").map((s) => s.trim());
    const quality = qualityOf(parameters);
    if (type === "text/html" || type === "application/xhtml+xml") {
      html = Math.max(html, quality);
    } else if (type === "application/json") json = Math.max(json, quality);
  }
  if (html === 0 && json === 0) return "text";
  return html >= json ? "html" : "json";
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  if (weight === undefined) return 1;
  const quality = Number(weight.slice(weight.indexOf("=") + 1));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
