import type { IncomingMessage } from "node:http";
import { endToEnd, type Field } from "./_hop_by_hop.ts";
import { UpstreamFault } from "./_proxy_failure.ts";
import type { ProxyTarget } from "./_proxy_targets.ts";

/** Statuses whose responses have no body (Fetch, "null body status"). */
const WITHOUT_BODY = [204, 205, 304];

/**
 * Makes the response for the client out of that of the upstream, byte for byte
 * as far as the body is concerned. A body that is cut off makes a response that
 * is cut off.
 *
 * @param message The response of the upstream.
 * @param method The method of the request.
 * @param target Where it comes from.
 * @returns The response.
 * @throws {UpstreamFault} If its status is none.
 */
export function responseFrom(
  message: IncomingMessage,
  method: string,
  target: ProxyTarget,
): Response {
  const { statusCode: status = 0 } = message;
  // What goes wrong with the body comes out where it is read.
  message.on("error", () => {});
  if (status < 200 || status > 599) {
    message.destroy();
    throw new UpstreamFault(`it answered with status ${status}`);
  }
  const isEmpty = method === "HEAD" || WITHOUT_BODY.includes(status);
  if (isEmpty) message.resume();
  return new Response(isEmpty ? null : bodyOf(message, target), {
    status,
    headers: headersOf(message),
  });
}

/** The fields of a response that are for the client, repeated ones, too. */
export function headersOf(message: IncomingMessage): Headers {
  const { rawHeaders } = message;
  const fields = rawHeaders.flatMap((name, i): Field[] =>
    i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ""]] : []
  );
  const headers = new Headers();
  for (const [name, value] of endToEnd(fields)) headers.append(name, value);
  return headers;
}

function bodyOf(
  message: IncomingMessage,
  target: ProxyTarget,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = message[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) return controller.close();
        // The collector hardly notices the buffers of a Node socket: they pile
        // up to half a GB unless there are copies that make it look.
        controller.enqueue(new Uint8Array(value));
      } catch (cause) {
        controller.error(
          new UpstreamFault(`The response of ${target.shown} is cut off`, {
            cause,
          }),
        );
      }
    },
    cancel() {
      message.destroy();
    },
  }, { highWaterMark: 0 });
}
