import { connectionSteering } from "../reloader/steer_connections.ts";

/** Milliseconds in which the first requests of a generation have priority. */
const PRIORITY_MS = 10;

/** The same for a generation that has had no time to prepare. */
const UNPREPARED_MS = 100;

/**
 * Has the kernel steer connections to this process, in a moment: it matters when
 * the next generation listens, and the program stays with the port until then.
 *
 * @param steer Does it, in a generation that has prepared it.
 */
export function steerLater(steer: (() => void) | undefined): void {
  const timer = steer === undefined
    ? setTimeout(() => connectionSteering()?.(), UNPREPARED_MS)
    : setTimeout(steer, PRIORITY_MS);
  Deno.unrefTimer(timer);
}
