const MAX_CRASHES = 3;
const CRASH_WINDOW_MS = 5000;

/**
 * Makes what is to be called at each crash; it tells whether that was one too many
 * in a short time, so that another start would be in vain.
 */
export function crashLimit(): () => boolean {
  let crashes: number[] = [];

  return function isHopeless() {
    const now = performance.now();
    crashes = crashes.filter((at) => now - at < CRASH_WINDOW_MS);
    crashes.push(now);
    return crashes.length >= MAX_CRASHES;
  };
}
