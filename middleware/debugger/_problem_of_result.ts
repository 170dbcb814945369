import { responseProblem } from "../response_problem.ts";

/**
 * Says what keeps the result of an app from being sent as a response.
 *
 * @param result What the app has returned.
 * @returns The error that it comes to; `undefined` if all is well.
 */
export function problemOfResult(result: unknown): TypeError | undefined {
  const problem = responseProblem(result);
  if (problem === undefined) return undefined;
  const error = new TypeError(
    `Cannot send what the app returned: expected a Response, got ${problem}`,
  );
  // The stack would lead here, where nothing is wrong.
  error.stack = `${error.name}: ${error.message}`;
  return error;
}
