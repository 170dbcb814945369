import { withBody } from "../middleware/with_body.ts";

/**
 * Gives a response a `Server` header (RFC 9110 section 10.2.4), unless the app
 * has given it one.
 */
export function withServerHeader(
  response: Response,
  version: string,
): Response {
  const { headers } = response;
  if (headers.has("server")) return response;
  try {
    headers.set("server", version);
    return response;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Headers of `Response.redirect()` and `fetch()` cannot be changed.
    const copy = withBody(response, response.body);
    copy.headers.set("server", version);
    return copy;
  }
}
