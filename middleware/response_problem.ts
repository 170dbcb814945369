import { isUnsendable } from "./is_unsendable.ts";
import { isStreamed } from "./response_body.ts";

/** What keeps a value from being sent as a response, if anything. */
export function responseProblem(value: unknown): string | undefined {
  try {
    return value instanceof Response
      ? problemWithResponse(value)
      : whatItIs(value);
  } catch {
    // It throws whatever one asks it.
    return "an object that cannot be looked at";
  }
}

function problemWithResponse(response: Response): string | undefined {
  if (response.type === "error") return "Response.error()";
  if (response.bodyUsed) return "a Response whose body was used already";
  if (isStreamed(response) && response.body?.locked) {
    return "a Response whose body somebody else reads";
  }
  const field = unsendableField(response.headers);
  return field && `a Response whose header "${field}" has a control character`;
}

/**
 * The name of a header whose value is not one of RFC 9110 section 5.5, though
 * the Fetch Standard allows it. Deno 2.9 ends the process when it has to send one.
 */
function unsendableField(headers: Headers): string | undefined {
  for (const [name, value] of headers) {
    if (isUnsendable(value)) return name;
  }
  return undefined;
}

function whatItIs(value: unknown): string {
  if (value === null || value === undefined) {
    return `${value} (is a "return" missing?)`;
  }
  if (typeof value === "string") return "a string";
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = value.constructor?.name;
  if (name === "Response") {
    return "a Response of another implementation than Deno's own";
  }
  return name ? `an object of class ${name}` : "an object";
}
