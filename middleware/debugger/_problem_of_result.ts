import { streamedBody } from "./_streamed_body.ts";

/**
 * Says what keeps the result of an app from being sent as a response.
 *
 * @param result What the app has returned.
 * @returns The error that it comes to; `undefined` if all is well.
 */
export function problemOfResult(result: unknown): TypeError | undefined {
  const problem = problemWith(result);
  if (problem === undefined) return undefined;
  const error = new TypeError(
    `Cannot send what the app returned: expected a Response, got ${problem}`,
  );
  // The stack would lead here, where nothing is wrong.
  error.stack = `${error.name}: ${error.message}`;
  return error;
}

function problemWith(result: unknown): string | undefined {
  try {
    return result instanceof Response
      ? problemWithResponse(result)
      : whatItIs(result);
  } catch {
    // It throws whatever one asks it.
    return "an object that cannot be looked at";
  }
}

function problemWithResponse(response: Response): string | undefined {
  if (response.type === "error") return "Response.error()";
  if (response.bodyUsed) return "a Response whose body was used already";
  return streamedBody(response)?.locked
    ? "a Response whose body somebody else reads"
    : undefined;
}

function whatItIs(value: unknown): string {
  if (value === null || value === undefined) {
    return `${value} (is a "return" missing?)`;
  }
  if (typeof value !== "object") return `a ${typeof value}`;
  const name: unknown = value.constructor?.name;
  if (name === "Response") {
    return "a Response of another implementation than Deno's own";
  }
  return typeof name === "string" && name !== ""
    ? `an object of class ${name}`
    : "an object";
}
