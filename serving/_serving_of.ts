import type { Serving } from "../reloader/generation.ts";
import type { RunningServer } from "./_running_server.ts";

/** What the supervisor is told of a server, and what it can do with it. */
export function servingOf(server: RunningServer): Serving {
  const { takeOverAt, relayed } = server;
  return {
    ...takeOverAt !== undefined && { address: takeOverAt },
    ...relayed !== undefined && { relayed },
    detail: { urls: server.urls },
    retire: (successor, onClosed) => server.retire(successor, onClosed),
    hurry: () => server.hurry(),
    stop: () => server.shutdown(),
  };
}

/** Where this process takes requests over, in the folder for private sockets. */
export function takeOverPath(directory: string): string {
  return `${directory}/take-over-${Deno.pid}.sock`;
}
