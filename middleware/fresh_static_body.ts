import { isUnsendable } from "./is_unsendable.ts";

/** Where Deno keeps the parts of a response that is ready for its short way. */
interface Slots {
  status: symbol;
  body: symbol;
  unread: symbol;
  consumed: symbol;
  type: symbol;
}

let slots: Slots | undefined;

/**
 * Returns the body of a response that was made from text and neither changed,
 * read nor sent since: nearly every response. There is nothing to check in
 * it, and Deno has a short way for it to the socket, which `response.body` and
 * some other accessors would close.
 *
 * It reads Deno's own slots, found by their descriptions; where they are not as
 * expected, in some later version, the answer is always `undefined`.
 */
export function freshStaticBody(value: unknown): string | undefined {
  try {
    return textIn(value as Record<symbol, unknown> | null | undefined);
  } catch {
    // No response throws when it is looked at.
    return undefined;
  }
}

function textIn(
  response: Record<symbol, unknown> | null | undefined,
): string | undefined {
  slots ??= findSlots();
  const { status, body, unread, consumed, type } = slots;
  if (!response?.[status] || response[consumed] !== false) return undefined;
  const contentType = response[type];
  if (typeof contentType === "string" && isUnsendable(contentType)) {
    return undefined;
  }
  const text = response[body];
  // The other slot is emptied by `text()` and whatever else uses the body.
  return typeof text === "string" && text === response[unread]
    ? text
    : undefined;
}

function findSlots(): Slots {
  const symbols = Object.getOwnPropertySymbols(new Response(""));
  const named = (name: string) =>
    symbols.find((symbol) => symbol.description === name) ?? Symbol(name);
  return {
    status: named("serve fast status"),
    body: named("serve fast body"),
    unread: named("lazy static body"),
    consumed: named("serve fast consumed"),
    type: named("serve fast content type"),
  };
}
