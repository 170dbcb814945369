import type { AccessRecord } from "./access_log.ts";
import { forwardedClient } from "../middleware/forwarded_client.ts";
import type { ServeInfo } from "./handler.ts";
import type { Log } from "./log.ts";

/** A request on its way, with what must be read before it is closed. */
export interface Exchange {
  /** The request. */
  readonly request: Request;
  /** When it came, by `performance.now()`. */
  readonly started: number;
  /** What is known about its connection. */
  readonly info: ServeInfo;
  /** Who has sent it. */
  readonly client: string;
  /** Its headers, if the log wants them. */
  readonly headers: Headers | undefined;
}

/** How the answer to a request has ended. */
export type ExchangeEnd = Pick<AccessRecord, "status" | "size" | "outcome">;

const NO_HEADERS: Headers = new Headers();

/**
 * Notes what is known about a request that has come.
 *
 * @param wantsClient Whether the log wants to know each client.
 */
export function beginExchange(
  request: Request,
  info: ServeInfo,
  log: Log,
  wantsClient: boolean,
): Exchange {
  // The address and the headers cannot be had any more when all is done.
  return {
    request,
    info,
    started: log.access === undefined ? 0 : performance.now(),
    client: wantsClient ? clientOf(info) : "127.0.0.1",
    headers: log.wantsClient ? request.headers : undefined,
  };
}

/** What the log says of a request that has been answered. */
export function accessRecord(
  { request, info, started, client, headers = NO_HEADERS }: Exchange,
  { status, size, outcome }: ExchangeEnd,
): AccessRecord {
  return {
    kind: "access",
    time: Date.now(),
    method: request.method,
    url: request.url,
    status,
    size,
    duration: performance.now() - started,
    client: forwardedClient(info) ?? client,
    outcome,
    headers,
  };
}

function clientOf({ remoteAddr }: ServeInfo): string {
  return remoteAddr.transport === "tcp"
    ? (remoteAddr as Deno.NetAddr).hostname
    : "unix";
}
