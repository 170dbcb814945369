import type { Handler, ServeInfo } from "../../serving/handler.ts";
import {
  messageOf,
  type ReportOptions,
  reportProfile,
} from "./_profile_report.ts";
import type { ProfileSession } from "./_profile_session.ts";
import { type Duration, startClock } from "./_request_clock.ts";
import { withServerTiming } from "./_server_timing.ts";

/** The options of one profile. */
export interface ProfileOptions extends ReportOptions {
  /** How long it can become, in milliseconds. */
  timeLimit: number;
}

/** A profile that has begun. */
export interface StartedProfile {
  /** The session. */
  session: ProfileSession;
  /** Tells how many other requests were answered meanwhile. */
  others: () => number;
  /** Called when the profile is over. */
  onEnd: () => void;
}

/**
 * Answers a request by an app while a profile is taken, which is over when the
 * response has been sent.
 *
 * @param app Answers the request.
 * @param request The request.
 * @param info What is known about it.
 * @param profile The profile.
 * @param options The options.
 * @returns The response, which does not wait for its body nor for the profile.
 */
export async function profiledAnswer<Info extends ServeInfo>(
  app: Handler<Info>,
  request: Request,
  info: Info,
  profile: StartedProfile,
  options: ProfileOptions,
): Promise<Response> {
  // Deno forgets them when the response has been sent.
  const { method, url } = request;
  const clock = startClock();
  let toHeaders: Duration | undefined;
  let isOver = false;

  function end({ isCut = false } = {}): void {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    const run = { method, url, toHeaders, toEnd: clock(), isCut };
    finish(profile, run, options);
  }
  // A body may never end, a client may never read.
  const timer = setTimeout(() => end({ isCut: true }), options.timeLimit);
  Deno.unrefTimer(timer);

  try {
    const response = await app(request, info);
    toHeaders = clock();
    if (isFinite(response)) info.completed.then(() => end(), () => end());
    else end();
    return withServerTiming(response, toHeaders);
  } catch (error) {
    end();
    throw error;
  }
}

async function finish(
  { session, others, onEnd }: StartedProfile,
  run: Omit<Parameters<typeof reportProfile>[1], "others">,
  options: ProfileOptions,
): Promise<void> {
  const count = others();
  try {
    const profile = await session.stop();
    reportProfile(profile, { ...run, others: count }, options);
  } catch (error) {
    options.warn(`Cannot report the profile: ${messageOf(error)}\n`);
  } finally {
    onEnd();
  }
}

/** Whether there is an end to wait for: not in sockets and streams of events. */
function isFinite(response: Response): boolean {
  if (!(response instanceof Response) || response.status === 101) return false;
  const type = response.headers.get("content-type") ?? "";
  return !/^text\/event-stream\b/i.test(type);
}
