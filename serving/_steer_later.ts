import type { Serving } from "../reloader/generation.ts";
import {
  type ConnectionSteering,
  connectionSteering,
} from "../reloader/steer_connections.ts";

/** Milliseconds in which the first requests of a generation have priority. */
const PRIORITY_MS = 10;

/** The same for a generation that has had no time to prepare. */
const UNPREPARED_MS = 100;

/**
 * Has the kernel steer connections to what this process serves, in a moment: it
 * matters when the next generation listens.
 *
 * @param serving What it serves.
 * @param prepared Does it, in a generation that has prepared it.
 */
export function steerLater(
  { steerBy }: Serving,
  prepared: ConnectionSteering | undefined,
): void {
  if (steerBy === undefined) return;
  const timer = setTimeout(() => {
    const steering = prepared ?? connectionSteering();
    if (steering !== undefined) steerBy(steering);
  }, prepared === undefined ? UNPREPARED_MS : PRIORITY_MS);
  Deno.unrefTimer(timer);
}
