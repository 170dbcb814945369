import { maskUrl } from "../report/_mask_url.ts";
import type { ReportedRequest } from "../error_report.ts";

const ORIGIN_REGEXP = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/**
 * Writes the path of a request with its query, the values of parameters that
 * sound like secrets left out: it gets into titles, logs and issues.
 *
 * @param request The request.
 * @returns `/users?token=***&page=2`.
 */
export function requestTarget(request: ReportedRequest): string {
  const target = maskUrl(request.url).replace(ORIGIN_REGEXP, "");
  return target.startsWith("/") ? target : `/${target}`;
}
