import { withBody } from "../with_body.ts";
import { isStreamed } from "../response_body.ts";

/**
 * Returns the response with a body that tells when it fails. Bytes are passed on
 * as they come, one chunk when one is asked for; the error is passed on as well,
 * as it is how the client learns that something is missing. A response that is
 * no stream, or takes over the connection, is returned as it is.
 *
 * @param response The response.
 * @param onError Called with the error, at most once.
 */
export function watchBody(
  response: Response,
  onError: (error: unknown) => void,
): Response {
  if (response.status === 101) return response;
  const body = isStreamed(response) ? response.body : null;
  if (body === null) return response;
  const reader = body.getReader();
  let isOver = false;
  const watched = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        // Nobody reads any more, and what was asked for comes to an end.
        if (isOver) return;
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        if (isOver) return;
        onError(error);
        controller.error(error);
      }
    },
    cancel(reason) {
      isOver = true;
      return reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return withBody(response, watched);
}
