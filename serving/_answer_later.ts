import type { InFlight, PendingRequest } from "./_in_flight.ts";
import { discard } from "./_tracked_body.ts";

/** Methods whose requests have no body (RFC 9110 section 9.3). */
const BODILESS: ReadonlySet<string> = new Set(["GET", "HEAD"]);

/** Makes the response to a request, of which one is called once. */
export interface LaterResponse {
  /** Makes it of what was waited for. */
  answered(result: unknown): Response;
  /** Makes it of the error that came instead. */
  failed(error: unknown): Response;
  /** Makes it of the one that is given while nothing has come yet. */
  stopped(response: Response): Response;
}

/**
 * Waits for what answers a request, but not longer than the server lives.
 *
 * @param inFlight Where the request is noted meanwhile.
 * @param request The request.
 * @param result What is waited for.
 * @param response Makes the response.
 */
export function answerLater(
  inFlight: InFlight,
  request: Request,
  result: PromiseLike<unknown>,
  response: LaterResponse,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const settle = (respond: () => Response) => {
      if (!inFlight.removePending(entry)) return;
      try {
        resolve(respond());
      } catch (error) {
        // A step that a subclass has changed: `handleSendError` is told.
        reject(error);
      }
    };
    const entry: PendingRequest = {
      method: request.method,
      url: request.url,
      started: performance.now(),
      mayHaveBody: () => mayHaveBody(request),
      answer: (instead) => settle(() => response.stopped(instead)),
    };
    inFlight.addPending(entry);
    // Not `result.then()`: that of somebody else may throw.
    Promise.resolve(result).then(
      (answer) => {
        if (!inFlight.pending.has(entry)) return discard(answer);
        settle(() => response.answered(answer));
      },
      (error) => settle(() => response.failed(error)),
    );
  });
}

/** Deno gives every POST a body; the length of one that streams is not known. */
function mayHaveBody({ method, headers }: Request): boolean {
  return !BODILESS.has(method) && headers.get("content-length") !== "0";
}
