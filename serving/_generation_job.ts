import type { BindAddress } from "./bind_address.ts";
import type { DebugJob } from "./_debug_setup.ts";
import type { LogOption } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import type { Proxies } from "./_with_proxies.ts";
import type { ServedSslPair } from "./tls/ssl_context.ts";

/** What the supervisor wants of a generation. It travels as JSON. */
export interface GenerationJob {
  /** Where to listen. */
  readonly addresses: readonly BindAddress[];
  /** What the program asked for, if it runs `runSimple`. */
  readonly asked?: readonly BindAddress[];
  /** The sockets there, if they are the supervisor's and it relays. */
  readonly relayed?: readonly Deno.Addr[] | undefined;
  /** The options of the server. */
  readonly options: ServerOptions;
  /** The certificate, if HTTPS is served. */
  readonly ssl?: ServedSslPair | undefined;
  /** What shows errors of the app. */
  readonly debug?: DebugJob | undefined;
  /** The log. */
  readonly log: LogOption;
  /** Whether colors are allowed. */
  readonly color: boolean;
  /** The folder for private sockets. */
  readonly directory: string;
}

/** What the command line wants besides. */
export interface AppJob extends GenerationJob {
  /** The import string of the app. */
  readonly app: string;
  /** The URL of the app's module. */
  readonly url: string;
  /** The upstreams that answer in place of the app. */
  readonly proxies: Proxies;
  /** The arguments of the app. */
  readonly appArgs: readonly string[];
  /** Variables for the app that the environment does not have. */
  readonly env: Readonly<Record<string, string>>;
}
