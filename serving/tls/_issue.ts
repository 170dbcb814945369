import type { SslPair } from "./ssl_context.ts";

/** The longest life of a certificate that all clients take (398, less one). */
export const MAX_DAYS = 397;

/** The variable in which the order goes to the process. */
export const ORDER_VARIABLE = "DEVSERVE_ISSUE_ORDER";

/** What is to be issued, as it goes to the process that does it. */
export interface IssueOrder {
  /** The authority to sign with. One is made if it is not given. */
  authority?: SslPair | undefined;
  /** Whose authority it is that is made. */
  owner?: CaOwner | undefined;
  /** The certificate to issue, if any. */
  leaf?: LeafOrder | undefined;
}

/** Whom an authority belongs to, as far as that is known. */
export interface CaOwner {
  /** The name of the user. */
  user?: string | undefined;
  /** The name of the computer. */
  hostname?: string | undefined;
}

/** A certificate of a server to be. Names are in the form of certificates. */
export interface LeafOrder {
  /** The names and addresses it is for, the main one first. */
  names: readonly string[];
  /** Names that it takes along if the authority may sign them. */
  spareNames?: readonly string[] | undefined;
  /** The kind of its key. */
  keyType: "ecdsa" | "rsa";
  /** How many days it is valid. */
  days: number;
}

/** The certificate of a server, as issued. Times are in ms since 1970. */
export interface IssuedLeaf extends SslPair {
  /** The names and addresses in it. */
  names: readonly string[];
  /** The time from which it is valid. */
  notBefore: number;
  /** The time until which it is valid. */
  notAfter: number;
  /** Whether it is signed by itself, as the authority may not sign its names. */
  isSelfSigned: boolean;
}

/** What has been issued. */
export interface Issued {
  /** The authority, if it is new. */
  authority?: SslPair;
  /** The certificate, if one was ordered. */
  leaf?: IssuedLeaf;
}

/**
 * Issues certificates in a process of its own, about 120 ms, while this thread
 * waits.
 *
 * What issues them takes longer to load than everything else of devserve, and
 * comes from npm: in a worker it would be bound to the configuration of the
 * app, and so be written to its lockfile and `node_modules`, or refused there.
 * The process knows no configuration, and has no permission but to read the
 * order.
 *
 * Requires `--allow-run` permission for the Deno executable.
 */
export function issue(order: IssueOrder): Issued {
  try {
    return readAnswer(issueCommand(order).outputSync());
  } catch (error) {
    throw withRunHint(error);
  }
}

function issueCommand(order: IssueOrder): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-config",
      "--no-lock",
      "--node-modules-dir=none",
      `--allow-env=${ORDER_VARIABLE}`,
      new URL("./_issue_main.ts", import.meta.url).href,
    ],
    // Not as an argument, as there is a key in it and all users can see those.
    env: { [ORDER_VARIABLE]: JSON.stringify(order) },
    stdin: "null",
  });
}

function readAnswer({ code, stdout, stderr }: Deno.CommandOutput): Issued {
  if (code === 0) return JSON.parse(new TextDecoder().decode(stdout));
  const reason = new TextDecoder().decode(stderr).trim();
  throw new Error(`Cannot issue a certificate: ${reason}`);
}

function withRunHint(error: unknown): unknown {
  if (!(error instanceof Deno.errors.NotCapable)) return error;
  return new Deno.errors.NotCapable(
    "Cannot issue a certificate: running Deno is not allowed (allow it with --allow-run=deno, or give the files of a certificate)",
    { cause: error },
  );
}
