/** What the body of a response is, as far as it can be told without harm. */
export type BodyKind =
  | { readonly kind: "none" }
  | { readonly kind: "static"; readonly size: number }
  | { readonly kind: "stream" };

const NONE: BodyKind = { kind: "none" };
const STREAM: BodyKind = { kind: "stream" };

/** The parts of Deno's response that hold a body given as text or bytes. */
interface Internals {
  lazy: symbol | undefined;
  inner: symbol | undefined;
}

let internals: Internals | undefined;

/**
 * Tells a body that is there as a whole from one that streams.
 *
 * Asking `response.body` would do so too, but turns text and bytes into a
 * stream, which takes Deno's short way to the socket from every response. So
 * Deno's own slots are read (by their descriptions), and where they do not look
 * as expected, in some later version, the long way is taken.
 */
export function responseBody(response: Response): BodyKind {
  const body = wholeBody(response);
  if (body === undefined) return response.body === null ? NONE : STREAM;
  return body === null ? NONE : { kind: "static", size: byteLength(body) };
}

/** Whether `body` can be asked for without turning something into a stream. */
export function isStreamed(response: Response): boolean {
  return wholeBody(response) === undefined;
}

/** The body that is there as a whole; `undefined` if it streams or who knows. */
function wholeBody(
  response: Response,
): string | Uint8Array | null | undefined {
  internals ??= findInternals(response);
  const slots = response as unknown as Record<symbol, unknown>;
  const { lazy, inner } = internals;
  if (lazy !== undefined) {
    const text = slots[lazy];
    if (typeof text === "string") return text;
  }
  if (inner === undefined) return undefined;
  const body = innerBody(slots[inner]);
  return body === null || typeof body === "string" || body instanceof Uint8Array
    ? body
    : undefined;
}

function findInternals(response: Response): Internals {
  const symbols = Object.getOwnPropertySymbols(response);
  const named = (name: string) => symbols.find((s) => s.description === name);
  return { lazy: named("lazy static body"), inner: named("response") };
}

/** The static body in Deno's inner response, `null` if there is none at all. */
function innerBody(inner: unknown): unknown {
  const { body } = (inner ?? {}) as { body?: unknown };
  if (body === null || body === undefined) return body;
  const { streamOrStatic } = body as { streamOrStatic?: { body?: unknown } };
  return streamOrStatic?.body;
}

// deno-lint-ignore no-control-regex -- ASCII begins with them
const ASCII_REGEXP = /^[\x00-\x7f]*$/;

const encoder = new TextEncoder();

/** The size of a body in bytes; text is sent as UTF-8. */
export function byteLength(body: string | Uint8Array): number {
  if (typeof body !== "string" || ASCII_REGEXP.test(body)) return body.length;
  return encoder.encode(body).length;
}
