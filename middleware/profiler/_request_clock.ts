import process from "node:process";

/** How long something took, in milliseconds. */
export interface Duration {
  /** By the clock. */
  elapsed: number;
  /** The time that the whole process kept processors busy, all of its threads. */
  cpu: number;
}

/** Begins to measure, and returns a function that tells how long it is since. */
export function startClock(): () => Duration {
  const start = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { elapsed: performance.now() - start, cpu: (user + system) / 1000 };
  };
}
