/**
 * How changes of files are noticed: `"watch"` is told by the operating system,
 * `"stat"` looks at the files again and again, `"auto"` takes the better one
 * that works.
 */
export type ReloaderType = "auto" | "watch" | "stat";

/** All {@linkcode ReloaderType}s. */
export const RELOADER_TYPES: readonly ReloaderType[] = [
  "auto",
  "watch",
  "stat",
];
