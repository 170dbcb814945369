/**
 * Returns the body of a response if it is a stream.
 *
 * Asking `response.body` of any response would do so too, but turns text and
 * bytes into a stream, which takes Deno's short way to the socket from every
 * response. So Deno's own slots are read (by their descriptions), and where they
 * do not look as expected, in some later version, the long way is taken.
 */
export function streamedBody(
  response: Response,
): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
  return isWhole(response) ? undefined : response.body ?? undefined;
}

function isWhole(response: Response): boolean {
  const slots = response as unknown as Record<symbol, unknown>;
  for (const symbol of Object.getOwnPropertySymbols(response)) {
    const slot = slots[symbol];
    if (symbol.description === "lazy static body") {
      if (typeof slot === "string") return true;
    } else if (symbol.description === "response") return isWholeInside(slot);
  }
  return false;
}

/** Whether Deno's inner response has its body as a whole, or none. */
function isWholeInside(inner: unknown): boolean {
  const { body } = (inner ?? {}) as { body?: unknown };
  if (body === null) return true;
  const { streamOrStatic } = (body ?? {}) as {
    streamOrStatic?: { body?: unknown };
  };
  const source = streamOrStatic?.body;
  return typeof source === "string" || source instanceof Uint8Array;
}
