import type { LiveFrame } from "../../../middleware/debugger/instrument/live_frames.ts";

/** Names by what they are, as `"this argument:a,b local:c"`. */
export function namesOf(text: string): LiveFrame["names"] {
  return text.split(" ").flatMap((group) => {
    const [kind = "", names = kind] = group.split(":");
    return names.split(",").map((name) => ({
      name,
      kind: kind as LiveFrame["names"][number]["kind"],
    }));
  });
}

/** A live frame around what evaluates in a real scope. */
export function fakeFrame(
  names: string,
  evaluate: (code: string) => unknown,
  rest: Partial<LiveFrame> = {},
): LiveFrame {
  return {
    url: import.meta.url,
    functionName: "f",
    start: { line: 1, column: 1 },
    end: { line: 100_000, column: 1 },
    names: namesOf(names),
    evaluate,
    ...rest,
  };
}
