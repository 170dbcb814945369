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
  internals ??= findInternals(response);
  const slots = response as unknown as Record<symbol, unknown>;
  const { lazy, inner } = internals;
  if (lazy !== undefined) {
    const text = slots[lazy];
    if (typeof text === "string") return sized(text);
  }
  if (inner !== undefined) {
    const body = innerBody(slots[inner]);
    if (body === null) return NONE;
    if (typeof body === "string" || body instanceof Uint8Array) {
      return sized(body);
    }
  }
  return response.body === null ? NONE : STREAM;
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

function sized(body: string | Uint8Array): BodyKind {
  if (typeof body !== "string") return { kind: "static", size: body.length };
  const size = ASCII_REGEXP.test(body)
    ? body.length
    : encoder.encode(body).length;
  return { kind: "static", size };
}
