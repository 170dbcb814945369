import type { Serving } from "../reloader/generation.ts";
import type { RunningServer } from "./_running_server.ts";

/** What the supervisor is told of a server, and what it can do with it. */
export function servingOf(server: RunningServer): Serving {
  const { takeOverAt, relayed } = server;
  return {
    ...takeOverAt !== undefined && { address: takeOverAt },
    ...relayed === undefined
      ? { steerBy: (steering) => server.steerBy(steering) }
      : { relayed },
    detail: { urls: server.urls },
    retire: (successor, onClosed) => server.retire(successor, onClosed),
    follow: (successor) => server.follow(successor),
    hurry: () => server.hurry(),
    stop: () => server.shutdown(),
  };
}
