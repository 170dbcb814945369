import type { Handler, ServeInfo } from "../../serving/handler.ts";
import { messageOf } from "./_profile_report.ts";
import { type ProfileSession, startProfile } from "./_profile_session.ts";
import { profiledAnswer, type ProfileOptions } from "./_profiled_answer.ts";
import { startClock } from "./_request_clock.ts";
import { withServerTiming } from "./_server_timing.ts";

/** The options of `profiler`, checked, and with all defaults. */
export interface RequestProfilerOptions extends ProfileOptions {
  /** The time between two samples, in microseconds. */
  interval: number;
  /** What a request does while another one is profiled. */
  whenBusy: "pass" | "wait";
}

const SKIPPED = "skipped: another request is being profiled";
const UNAVAILABLE = "skipped: no profile can be taken";

/**
 * Profiles the requests of an app, one at a time, since a profile is one of the
 * whole isolate and could not tell them apart.
 *
 * @param app The app.
 * @param options The options.
 * @returns A handler.
 */
export function requestProfiler<Info extends ServeInfo>(
  app: Handler<Info>,
  options: RequestProfilerOptions,
): (request: Request, info: Info) => Promise<Response> {
  /** Settles at the end of the profile that is being taken. */
  let current: Promise<void> | undefined;
  /** How many requests are with the app and not profiled. */
  let passing = 0;
  /** How many of those the current profile has seen. */
  let others = 0;
  let isAvailable = true;

  async function pass(
    request: Request,
    info: Info,
    reason: string,
  ): Promise<Response> {
    const clock = startClock();
    passing += 1;
    others += 1;
    try {
      const response = await app(request, info);
      return withServerTiming(response, clock(), reason);
    } finally {
      passing -= 1;
    }
  }

  async function start(): Promise<ProfileSession | undefined> {
    try {
      return await startProfile(options.interval);
    } catch (error) {
      isAvailable = false;
      options.warn(`Cannot profile requests: ${messageOf(error)}\n`);
    }
  }

  return async function answer(request, info) {
    while (options.whenBusy === "wait" && current !== undefined) await current;
    if (!isAvailable) return await pass(request, info, UNAVAILABLE);
    if (current !== undefined) return await pass(request, info, SKIPPED);
    const { promise, resolve } = Promise.withResolvers<void>();
    const onEnd = () => {
      current = undefined;
      resolve();
    };
    // Before anything is waited for, so that there cannot be two.
    current = promise;
    const session = await start();
    if (session === undefined) {
      onEnd();
      return await pass(request, info, UNAVAILABLE);
    }
    others = passing;
    const profile = { session, others: () => others, onEnd };
    return await profiledAnswer(app, request, info, profile, options);
  };
}
