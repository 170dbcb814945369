import type { Profiler } from "node:inspector";
import { Session } from "node:inspector/promises";

/** A CPU profile in the format of V8, which is that of `.cpuprofile` files. */
export type CpuProfile = Profiler.Profile;

/** A function or a call in a profile. */
export type ProfileNode = Profiler.ProfileNode;

/** A profile that is being taken. */
export interface ProfileSession {
  /** Ends it. */
  stop(): Promise<CpuProfile>;
}

/**
 * Begins to profile this isolate. It takes V8 some milliseconds, as it looks up
 * every function on the heap, and no less when the session is an old one: so
 * there is one for each profile, and nothing is left behind.
 *
 * @param interval The time between two samples, in microseconds.
 * @returns The session.
 * @throws {Deno.errors.NotCapable} If that is not permitted. Nobody is asked,
 * as a request would have to wait for the answer.
 */
export async function startProfile(interval: number): Promise<ProfileSession> {
  // The permission is for "inspector", but can only be granted with all others
  // for the system.
  const { state } = await Deno.permissions.query({ name: "sys" });
  if (state !== "granted") {
    throw new Deno.errors.NotCapable(
      `Cannot use the inspector as it requires --allow-sys: current state of the permission is "${state}"`,
    );
  }
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval });
    await session.post("Profiler.start");
  } catch (error) {
    session.disconnect();
    throw error;
  }
  return { stop: () => stop(session) };
}

async function stop(session: Session): Promise<CpuProfile> {
  try {
    return (await session.post("Profiler.stop")).profile;
  } finally {
    session.disconnect();
  }
}
