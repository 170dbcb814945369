/**
 * The same response with another body. A response that came by `fetch` names the
 * encoding and length that its body had on the way, before `fetch` decoded it;
 * Deno drops them where such a response is sent as it is, and so does this.
 *
 * @param response The response, whose body belongs to the caller from then on.
 * @param body The body.
 */
export function withBody(
  response: Response,
  body: ReadableStream<Uint8Array> | null,
): Response {
  const copy = new Response(body, response);
  if (isDecoded(response)) {
    for (const name of ENCODED_FIELDS) copy.headers.delete(name);
  }
  return copy;
}

const ENCODED_FIELDS = [
  "content-encoding",
  "content-length",
  "transfer-encoding",
];

/** Encodings that Deno's `fetch` decodes. */
const DECODED_REGEXP = /^(?:x-)?(?:gzip|br|deflate)$/i;

let slot: symbol | undefined;

/** Whether `fetch` has decoded the body, which Deno notes in a slot of its own. */
function isDecoded(response: Response): boolean {
  if (response.url === "") return false;
  slot ??= Object.getOwnPropertySymbols(new Response())
    .find(({ description }) => description === "response");
  const inner: unknown = slot && Reflect.get(response, slot);
  if (inner instanceof Object && "bodyDecoded" in inner) {
    return inner.bodyDecoded === true;
  }
  const encoding = response.headers.get("content-encoding") ?? "";
  return DECODED_REGEXP.test(encoding.trim());
}
