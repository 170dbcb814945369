import type { RelayedClient } from "./relayed_clients.ts";

/** Why a generation cannot serve the app. */
export interface Failure {
  /** One line that says what happened. */
  readonly title: string;
  /** The whole error, as text without colors. */
  readonly text: string;
}

/** What the supervisor says to a generation. */
export type Order =
  /** Load the app and serve it. The job is what the two sides agreed on. */
  | {
    readonly type: "go";
    readonly generation: number;
    readonly job: unknown;
    /** Whether it listens only when it is told that it may. */
    readonly waits: boolean;
  }
  /** Something has changed since: end at once, unless it serves already. */
  | { readonly type: "cancel" }
  /** Nobody is in the way: listen. */
  | { readonly type: "listen" }
  /** Something happens to these files of the app: an order may follow. */
  | { readonly type: "wake"; readonly paths: readonly string[] }
  /** This is likely to be loaded; nobody waits for it yet. */
  | {
    readonly type: "prepare";
    /** Files of the app. */
    readonly paths: readonly string[];
    /** Those of them that somebody is working on. */
    readonly changing: readonly string[];
    /** How it imports packages. */
    readonly packages: readonly string[];
  }
  /** Serve this failure in place of the app. */
  | {
    readonly type: "fail";
    readonly generation: number;
    readonly job: unknown;
    readonly failure: Failure;
  }
  /** Another generation serves: hand over to it, finish and end. */
  | { readonly type: "retire"; readonly successor: string | undefined }
  /** What was handed over goes to yet another generation from now on. */
  | { readonly type: "follow"; readonly successor: string | undefined }
  /** Another generation wants to listen, so do not for longer than need be. */
  | { readonly type: "hurry" }
  /** Stop serving, finish and end. */
  | { readonly type: "stop" }
  /** A connection is about to be relayed, of this client. */
  | { readonly type: "client"; readonly client: RelayedClient }
  /** The connection that came from this port is over. */
  | { readonly type: "gone"; readonly port: number };

/** What a generation says to the supervisor. */
export type Report =
  /** It has started and waits for its order. */
  | { readonly type: "standby" }
  /** It serves; the successor of the one before. */
  | {
    readonly type: "ready";
    /** Where it takes over requests of the one before. */
    readonly address: string | undefined;
    /** Where it serves what is relayed: a port on 127.0.0.1. */
    readonly port: number | undefined;
    /** What the supervisor's user wants to know. */
    readonly detail: unknown;
  }
  /** It has prepared what has changed since, and cannot load the app. */
  | { readonly type: "outdated" }
  /** The app could not be loaded. */
  | { readonly type: "failed"; readonly failure: Failure }
  /** The local files that the app is made of, those not yet reported. */
  | {
    readonly type: "modules";
    /** When the first of them may have been read, in ms since the epoch. */
    readonly since: number;
    readonly paths: readonly string[];
    /** The main modules of workers. */
    readonly workers: readonly string[];
    /** How packages are imported. */
    readonly packages: readonly string[];
    /** Whether the app has hooks of its own. */
    readonly hasHooks: boolean;
  }
  /** It has loaded packages, of which these files are in `node_modules`. */
  | { readonly type: "linked"; readonly paths: readonly string[] }
  /** It passes on what comes in from now on. */
  | { readonly type: "retiring" }
  /** It does not listen any more; requests may still be under way. */
  | { readonly type: "closed" }
  /** It has stopped by the app's own will: no other one shall follow. */
  | { readonly type: "stopped"; readonly error?: string }
  /** It has taken note of the oldest "client" or "gone" not yet noted. */
  | { readonly type: "noted" }
  /** The app wants to be started anew. */
  | { readonly type: "reload" };
