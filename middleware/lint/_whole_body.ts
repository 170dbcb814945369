/** The slot in which Deno keeps what a response is made of. */
let slot: symbol | undefined;

const encoder = new TextEncoder();

/**
 * Tells how many bytes a body has that is there as a whole.
 *
 * To ask `response.body` would turn it into a stream, which Deno sends in
 * another way. So Deno's own slot is read, found by its description; where it is
 * not as expected, in some later version, the body counts as a stream.
 *
 * @param response The response. Its `bodyUsed` was asked for before, which makes
 * Deno put a body of text there.
 * @returns The size, `null` if there is no body, `undefined` if it streams.
 */
export function wholeBodySize(response: Response): number | null | undefined {
  const body = wholeBody(response);
  if (typeof body === "string") return encoder.encode(body).length;
  if (body instanceof Uint8Array) return body.length;
  return response.body === null ? null : undefined;
}

function wholeBody(response: Response): unknown {
  slot ??= Object.getOwnPropertySymbols(response).find(({ description }) =>
    description === "response"
  );
  const inner: unknown = slot && Reflect.get(response, slot);
  return property(property(property(inner, "body"), "streamOrStatic"), "body");
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Reflect.get(value, name)
    : undefined;
}
