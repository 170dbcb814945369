/** Where Deno keeps the parts of a response that is ready for its short way. */
interface Slots {
  readonly body: symbol;
  readonly unread: symbol;
  readonly consumed: symbol;
}

let slots: Slots | undefined;

/**
 * Whether a value is a response that was made from text and neither read nor sent
 * since: nearly every response. There is nothing to check in it, and Deno has a
 * short way for it to the socket, which some accessors would close.
 *
 * It reads Deno's own slots, found by their descriptions; where they are not as
 * expected, in some later version, the answer is always `false`.
 *
 * @param value What an app has returned.
 */
export function isFreshText(value: unknown): boolean {
  slots ??= findSlots();
  const { body, unread, consumed } = slots;
  const response = value as Record<symbol, unknown> | null | undefined;
  try {
    const text = response?.[body];
    // The other slot is emptied by `text()` and whatever else uses the body.
    return typeof text === "string" && text === response![unread] &&
      response![consumed] === false;
  } catch {
    // No response throws when it is looked at.
    return false;
  }
}

function findSlots(): Slots {
  const symbols = Object.getOwnPropertySymbols(new Response(""));
  const named = (name: string) =>
    symbols.find((symbol) => symbol.description === name) ?? Symbol(name);
  return {
    body: named("serve fast body"),
    unread: named("lazy static body"),
    consumed: named("serve fast consumed"),
  };
}
