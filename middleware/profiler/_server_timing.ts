import type { Duration } from "./_request_clock.ts";
import { withBody } from "../with_body.ts";

/**
 * Adds durations to a response as metrics of `Server-Timing` (W3C Server
 * Timing, section 3), after those that it has.
 *
 * @param response What the app returned, which can be anything at all.
 * @param duration How long it took until now.
 * @param note Why there is no profile, in printable ASCII without quotes.
 * @returns The same response, or one with the same body if its headers cannot
 * be changed.
 */
export function withServerTiming(
  response: Response,
  { elapsed, cpu }: Duration,
  note?: string,
): Response {
  // The response to an upgrade has to stay the very object, and
  // `Response.error()` has the status 0.
  if (!(response instanceof Response) || response.status < 200) return response;
  const metrics = [
    metric("total", "to the headers", elapsed),
    metric("cpu", "of the process", cpu),
  ];
  if (note !== undefined) metrics.push(metric("profile", note));
  const value = metrics.join(", ");
  try {
    response.headers.append("Server-Timing", value);
    return response;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  // The headers are immutable: it is from `fetch` or `Response.redirect`. Only
  // now, as to look at a body makes a stream of it, without a length.
  const { body, bodyUsed } = response;
  if (bodyUsed || body?.locked) return response;
  const copy = withBody(response, body);
  copy.headers.append("Server-Timing", value);
  return copy;
}

function metric(name: string, description: string, duration?: number): string {
  const time = duration === undefined ? "" : `;dur=${duration.toFixed(2)}`;
  return `${name}${time};desc="${description}"`;
}
