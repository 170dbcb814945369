import { Channel } from "./_channel.ts";
import { mayHaveChangedSince } from "./_file_state.ts";
import type { LearntModules } from "./_learn_modules.ts";
import type { Failure, Order, Report } from "./messages.ts";
import type { RelayTarget } from "./_relay_link.ts";
import type { RelayedClient } from "./relayed_clients.ts";
import { canSteer } from "./steer_connections.ts";

/** How long a generation may be busy with a request and deaf to orders, in ms. */
const UNRESPONSIVE_MS = 2000;

/** How long a generation may take to hear that it is not wanted, in ms. */
const CANCEL_MS = 200;

/** How a generation came out of its load. */
export type LoadResult =
  | { readonly kind: "ready"; readonly report: Report & { type: "ready" } }
  | { readonly kind: "failed"; readonly failure: Failure }
  | { readonly kind: "outdated" }
  | { readonly kind: "ended"; readonly status: Deno.CommandStatus };

/** What the supervisor does about a generation's reports. */
export interface GenerationEvents {
  /** It has started and waits for its order. */
  onStandby(): void;
  /** It reports what the app is made of. */
  onModules(modules: LearntModules): void;
  /** It wants to be started anew. */
  onReload(): void;
  /** Its server was stopped by the app, as `stopped` says by then. */
  onStopped(): void;
}

/** A generation as the supervisor sees it: a child process and a channel. */
export class GenerationProcess implements RelayTarget {
  /** The number of the generation, from its order on. */
  generation = 0;
  /** Where it serves what is relayed, once it is ready: a port on 127.0.0.1. */
  port = 0;
  /** Settles when the process has ended. */
  readonly ended: Promise<Deno.CommandStatus>;
  /** Settles when it listens on nothing, at the latest when it has ended. */
  readonly closed: Promise<void>;
  /** Whether the process has ended. */
  hasEnded = false;
  /** Whether it does not listen any more. */
  isClosed = false;
  readonly #child: Deno.ChildProcess;
  readonly #started: number = Date.now();
  readonly #standby: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #retiring: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #closed: PromiseWithResolvers<void> = Promise.withResolvers();
  readonly #events: GenerationEvents;
  /** What it has been told of relayed connections and has not noted yet. */
  readonly #untold: PromiseWithResolvers<void>[] = [];
  /** Whether it has come so far that it waited for an order. */
  hasStarted = false;
  /** That the app has stopped the server, and because of what error, if any. */
  stopped: { readonly error?: string } | undefined;
  /** Whether it may have loaded something ahead of the app. */
  hasPrepared = false;
  #isRetired = false;
  #linked: readonly string[] = [];
  #loaded: PromiseWithResolvers<LoadResult> = Promise.withResolvers();
  #channel: Channel<Order, Report> | undefined;

  /** Takes over a process that has just been started. */
  constructor(child: Deno.ChildProcess, events: GenerationEvents) {
    this.#child = child;
    this.#events = events;
    this.closed = this.#closed.promise;
    this.closed.then(() => this.isClosed = true);
    this.ended = child.status.then((status) => {
      this.hasEnded = true;
      this.#channel?.close();
      this.#standby.resolve();
      this.#loaded.resolve({ kind: "ended", status });
      this.#retiring.resolve();
      this.#closed.resolve();
      for (const { resolve } of this.#untold) resolve();
      return status;
    });
  }

  /** Takes the connection that the process has made. */
  connect(connection: Deno.Conn): void {
    this.#channel = new Channel(connection);
    this.#listen(this.#channel);
  }

  /**
   * Orders it to load the app, and tells how that went.
   *
   * @param generation Its number.
   * @param job What it is to do.
   * @param cleared Settles when it may listen, if not at once.
   */
  async go(
    generation: number,
    job: unknown,
    cleared: Promise<void> | undefined,
  ): Promise<LoadResult> {
    this.generation = generation;
    await this.#standby.promise;
    const waits = cleared !== undefined;
    this.#channel?.send({ type: "go", generation, job, waits });
    cleared?.then(() => this.#channel?.send({ type: "listen" }));
    return await this.#loaded.promise;
  }

  /**
   * Orders it to end at once, unless it serves by now. What would serve and be killed
   * would lose the connections that it has been given.
   *
   * @returns How its load came out.
   */
  async cancel(): Promise<LoadResult> {
    if (this.hasStarted) {
      this.#channel?.send({ type: "cancel" });
      // The app may keep it too busy to hear that; then it does not serve.
      const timer = setTimeout(() => this.kill(), CANCEL_MS);
      this.#loaded.promise.then(() => clearTimeout(timer));
    } else {
      this.kill();
    }
    return await this.#loaded.promise;
  }

  /** Tells it to which files something happens, so that it is quicker then. */
  wake(paths: readonly string[]): void {
    this.#channel?.send({ type: "wake", paths });
  }

  /** Lets it prepare what the app is likely to be made of. */
  prepare(likely: Omit<Order & { type: "prepare" }, "type">): void {
    this.hasPrepared = true;
    this.#channel?.send({ type: "prepare", ...likely });
  }

  /** Whether a package that it has loaded has changed: it cannot do so again. */
  get isOutdated(): boolean {
    return this.#linked.some((path) =>
      mayHaveChangedSince(path, this.#started)
    );
  }

  /** Orders it to serve a failure, and tells how that went. */
  async fail(
    generation: number,
    job: unknown,
    failure: Failure,
  ): Promise<LoadResult> {
    this.generation = generation;
    await this.#standby.promise;
    this.#loaded = Promise.withResolvers();
    if (this.hasEnded) return { kind: "ended", status: await this.ended };
    this.#channel?.send({ type: "fail", generation, job, failure });
    return await this.#loaded.promise;
  }

  /**
   * Orders it to hand over to another generation and to end. If its app is in an
   * endless loop and it shares its ports, it is killed, as part of the clients would
   * go on waiting for it.
   *
   * @returns When it answers nothing itself that comes in from then on.
   */
  async retire(successor: string | undefined): Promise<void> {
    this.#isRetired = true;
    this.#channel?.send({ type: "retire", successor });
    if (this.port === 0 && !canSteer()) {
      const timer = setTimeout(() => this.kill(), UNRESPONSIVE_MS);
      this.#retiring.promise.then(() => clearTimeout(timer));
    }
    await this.#retiring.promise;
  }

  /** If it has retired, has it pass on what comes in to yet another generation. */
  follow(successor: string | undefined): void {
    if (this.#isRetired) this.#channel?.send({ type: "follow", successor });
  }

  /** Orders it not to listen for longer than need be. */
  hurry(): void {
    this.#channel?.send({ type: "hurry" });
  }

  /** Orders it to stop and to end. */
  stop(): void {
    if (this.#channel === undefined) return this.kill();
    this.#channel.send({ type: "stop" });
  }

  /** Tells it of a client whose connection is relayed to it. */
  announce(client: RelayedClient): Promise<void> {
    return this.#tell({ type: "client", client });
  }

  /** Tells it that the connection from this port is over. */
  forget(port: number): Promise<void> {
    return this.#tell({ type: "gone", port });
  }

  /** Ends it at once. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }

  /** Gives an order that it confirms; so does its end. */
  async #tell(order: Order & { type: "client" | "gone" }): Promise<void> {
    if (this.hasEnded) return;
    const told = Promise.withResolvers<void>();
    this.#untold.push(told);
    this.#channel?.send(order);
    await told.promise;
  }

  async #listen(channel: Channel<Order, Report>): Promise<void> {
    for await (const report of channel.messages()) {
      switch (report.type) {
        case "standby":
          this.hasStarted = true;
          this.#standby.resolve();
          this.#events.onStandby();
          break;
        case "ready":
          this.port = report.port ?? 0;
          this.#loaded.resolve({ kind: "ready", report });
          break;
        case "failed":
          this.#loaded.resolve({ kind: "failed", failure: report.failure });
          break;
        case "outdated":
          this.#loaded.resolve({ kind: "outdated" });
          break;
        case "modules":
          this.#events.onModules(report);
          break;
        case "linked":
          this.#linked = report.paths;
          break;
        case "noted":
          this.#untold.shift()?.resolve();
          break;
        case "retiring":
          this.#retiring.resolve();
          break;
        case "closed":
          this.#closed.resolve();
          break;
        case "stopped":
          this.stopped = report;
          this.#events.onStopped();
          break;
        case "reload":
          this.#events.onReload();
          break;
      }
    }
  }
}
