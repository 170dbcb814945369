import { Channel } from "./_channel.ts";
import { CompiledModules, OutdatedError } from "./_compiled_modules.ts";
import { dieWithParent } from "./_die_with_parent.ts";
import { learnModules } from "./_learn_modules.ts";
import { linkPackages } from "./_link_packages.ts";
import { markGeneration } from "./is_running_from_reloader.ts";
import type { Failure, Order, Report } from "./messages.ts";
import type { RelayedClients } from "./relayed_clients.ts";
import type { ConnectionSteering } from "./steer_connections.ts";

/**
 * What Ctrl-C, `kill %1` and the end of a terminal send to all processes of a
 * job; the supervisor decides.
 */
const GROUP_SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** What a generation serves: the app, or a failure in its place. */
export interface Serving {
  /** Where it takes over the requests of the generation before. */
  readonly address?: string;
  /** Where it serves what is relayed, if it does, and for whom. */
  readonly relayed?: {
    readonly port: number;
    readonly clients: RelayedClients;
  };
  /** What the supervisor wants to know of it. */
  readonly detail?: unknown;
  /** Has its connections steered, if it shares its ports. */
  steerBy?(steering: ConnectionSteering): void;
  /**
   * Hands over to another generation. What comes in after the call is passed on.
   *
   * @param successor Where that takes over requests.
   * @param onClosed Called as soon as nothing is listened on any more.
   * @returns When all requests are finished.
   */
  retire(successor: string | undefined, onClosed: () => void): Promise<void>;
  /** Passes on to another generation what `retire` was to pass on. */
  follow?(successor: string | undefined): void;
  /** Shortens what `retire` does before nothing is listened on any more. */
  hurry?(): void;
  /** Stops serving; resolves when all requests are finished. */
  stop(): Promise<void>;
}

/** What a generation can say while it serves. */
export interface GenerationControl {
  /** Settles when nobody is in the way of listening. */
  readonly turn: Promise<void>;
  /**
   * Runs the module at a URL ahead of its import, if that has been prepared. The
   * import tells how that went.
   */
  run(url: string): Promise<void>;
  /** The server was stopped by the app: no other generation shall follow. */
  stopped(error?: unknown): void;
  /** Does not keep the process alive any more; what it serves has to. */
  unref(): void;
}

/**
 * Loads and serves the module at a path as an order would have it, with a job that
 * is not the supervisor's.
 */
export type Rehearsal = (path: string, job: unknown) => Promise<Serving>;

/** What a generation can do; the job is what the supervisor was given. */
export interface GenerationRole {
  /**
   * Does ahead of time what takes time, and rehearses the rest: what has never been
   * run takes several times as long.
   *
   * @param directory The folder for private sockets, which the supervisor removes.
   * @param rehearse Does what an order does.
   */
  warmUp(directory: string, rehearse: Rehearsal): Promise<void>;
  /** Loads the app and serves it. */
  serve(job: unknown, control: GenerationControl): Promise<Serving>;
  /** Serves a failure in place of the app. */
  serveFailure(job: unknown, failure: Failure): Promise<Serving>;
  /** Ends the process, at once or soon, once all requests are finished. */
  exit(): unknown;
  /** Describes what `serve` threw. */
  describe(error: unknown): Failure;
}

/**
 * Is a generation: starts, waits for its order, serves, hands over and ends the
 * process. The supervisor that has started it listens at `path`.
 */
export async function runGeneration(
  path: string,
  role: GenerationRole,
): Promise<never> {
  dieWithParent();
  const connection = await Deno.connect({ transport: "unix", path })
    // The supervisor is gone already, and has said why.
    .catch(() => Deno.exit(1));
  const channel = new Channel<Report, Order>(connection);
  markGeneration(() => channel.send({ type: "reload" }));
  for (const signal of GROUP_SIGNALS) Deno.addSignalListener(signal, () => {});
  // The first hook takes a millisecond, so it is not left for the order.
  const modules = learnModules((url) => compiled.importsOf(url));
  let compiled = new CompiledModules(modules.loaded);
  let serving: Serving | undefined;
  let isOrdered = false;
  let isEnding = false;
  const send = (report: Report): void => channel.send(report);

  async function end(
    finish: (serving: Serving) => Promise<void>,
  ): Promise<void> {
    isEnding = true;
    if (serving !== undefined) await finish(serving);
    await channel.flushed();
    role.exit();
  }

  /** Returns how it came out. */
  async function start(begin: () => Promise<Serving>): Promise<Report> {
    try {
      serving = await begin();
      const { address, relayed, detail } = serving;
      return { type: "ready", address, port: relayed?.port, detail };
    } catch (error) {
      return error instanceof OutdatedError
        ? { type: "outdated" }
        : { type: "failed", failure: role.describe(error) };
    }
  }

  async function load(
    job: unknown,
    control: GenerationControl,
  ): Promise<Serving> {
    await compiled.renew();
    return await role.serve(job, control);
  }

  /** Takes the way of an order; what this has noted is forgotten again. */
  async function rehearse(path: string, job: unknown): Promise<Serving> {
    modules.report(() => {});
    try {
      await compiled.compile([path]);
      const turn = Promise.resolve();
      const report = await start(() =>
        load(job, { ...control, turn, stopped() {} })
      );
      if (serving !== undefined) return serving;
      const why = report.type === "failed" ? report.failure.text : report.type;
      throw new Error(`Cannot rehearse an app: ${why}`);
    } finally {
      serving = undefined;
      modules.report(undefined);
      compiled = new CompiledModules(modules.loaded);
    }
  }

  async function prepare(
    { packages, paths, changing }: Order & { type: "prepare" },
  ): Promise<void> {
    await linkPackages(packages, () => isOrdered);
    channel.send({ type: "linked", paths: [...modules.installed] });
    await compiled.compile(paths, changing);
  }

  function stopped(error?: unknown): void {
    // One that was told to stop has not done so by itself.
    if (isEnding) return;
    channel.send({
      type: "stopped",
      ...error !== undefined && { error: role.describe(error).text },
    });
  }

  const turn = Promise.withResolvers<void>();
  const control: GenerationControl = {
    turn: turn.promise,
    run: (url) => compiled.run(url),
    stopped,
    unref: () => channel.unref(),
  };

  await role.warmUp(path.replace(/\/[^/]*$/, ""), rehearse);
  channel.send({ type: "standby" });

  for await (const order of channel.messages()) {
    switch (order.type) {
      case "go":
        isOrdered = true;
        modules.report((found) => channel.send({ type: "modules", ...found }));
        if (!order.waits) turn.resolve();
        start(() => load(order.job, control)).then(send);
        break;
      case "listen":
        turn.resolve();
        break;
      case "cancel":
        if (serving === undefined) endAtOnce(role);
        break;
      case "wake":
        for (const path of order.paths) compiled.anticipate(path);
        break;
      case "prepare":
        prepare(order);
        break;
      case "fail":
        isOrdered = true;
        start(() => role.serveFailure(order.job, order.failure)).then(send);
        break;
      case "retire":
        end((serving) =>
          serving.retire(
            order.successor,
            () => channel.send({ type: "closed" }),
          )
        );
        send({ type: "retiring" });
        break;
      case "follow":
        serving?.follow?.(order.successor);
        break;
      case "hurry":
        serving?.hurry?.();
        break;
      case "stop":
        end((serving) => serving.stop());
        break;
      case "client":
        serving?.relayed?.clients.add(order.client);
        channel.send({ type: "noted" });
        break;
      case "gone":
        serving?.relayed?.clients.remove(order.port);
        channel.send({ type: "noted" });
        break;
    }
  }
  // The supervisor is gone.
  Deno.exit(1);
}

/** Ends the process, without a word of the app that is half loaded. */
function endAtOnce(role: GenerationRole): void {
  try {
    Deno.kill(Deno.pid, "SIGKILL");
  } catch {
    // That takes the permission to run anything.
    role.exit();
  }
}
