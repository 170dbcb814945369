import type { SignalEvents } from "../reloader/supervise_signals.ts";
import type { SupervisorEvents } from "../reloader/supervisor_options.ts";
import { announce } from "./_banner.ts";
import type { BindAddress } from "./bind_address.ts";
import { cleanText } from "./_clean_text.ts";
import type { TerminalLog } from "./log.ts";
import type { ServerOptions } from "./make_server.ts";
import { removeSocket, socketIdentity } from "./_unix_socket.ts";

/** Says in the log what a supervisor does. */
export function reportToLog(
  log: TerminalLog,
  addresses: readonly BindAddress[],
  options: ServerOptions,
  { clear = false, pin }: { clear?: boolean; pin?: string | undefined } = {},
): SupervisorEvents {
  const remark = (text: string) => log.message("info", log.paint("dim", text));

  // It may be gone later.
  const cwd = Deno.cwd();
  const clears = clear && Deno.stderr.isTerminal();
  let isAnnounced = false;
  /** The sockets of the generation that serves. */
  let sockets: ReadonlyMap<string, string | undefined> = new Map();

  /** Leaves what can be scrolled back to. */
  function clearTerminal(): void {
    if (!clears) return;
    Deno.stderr.writeSync(new TextEncoder().encode("\x1b[H\x1b[2J"));
  }

  return {
    onStart({ generation, paths, duration, isFailure, detail }) {
      sockets = socketsAt(addresses);
      const isFirst = !isAnnounced;
      isAnnounced = true;
      if (!isFirst && !isFailure) clearTerminal();
      // What has been cleared is said again: nobody knows the PIN by heart.
      if (isFirst || (clears && !isFailure)) {
        const { urls } = detail as { urls: string[] };
        announce(log, urls, addresses, { ...options, pin });
      }
      if (isFailure) return remark("Serving this error until a file changes");
      if (isFirst) return;
      const time = duration < 10 ? duration.toFixed(1) : Math.round(duration);
      remark(
        `${
          whatChanged(paths, cwd)
        }: live in ${time} ms (generation ${generation})`,
      );
    },
    onFailure({ text }, isKept) {
      clearTerminal();
      log.message("error", text);
      if (isKept) remark("Serving on as before until a file changes");
    },
    onStopped(error) {
      log.message("error", `Stopped by the app: ${error}`);
      Deno.exitCode = 1;
    },
    onNotice: (text) => log.message("warn", cleanText(text)),
    onStop: () => removeSockets(sockets),
  };
}

function socketsAt(
  addresses: readonly BindAddress[],
): Map<string, string | undefined> {
  return new Map(
    addresses.filter((address) => address.transport === "unix")
      .map(({ path }) => [path, socketIdentity(path)]),
  );
}

/** Says in the log what comes of signals. */
export function signalsToLog(log: TerminalLog): SignalEvents {
  return {
    onNotice: (text) => log.message("info", text),
    onExit: () => log.flush(),
  };
}

/** Nobody shall connect any more; the generations have sockets of their own. */
function removeSockets(
  sockets: ReadonlyMap<string, string | undefined>,
): void {
  for (const [path, identity] of sockets) removeSocket(path, identity);
}

function whatChanged(paths: readonly string[], cwd: string): string {
  const [first, ...others] = paths.map((path) => shortPath(path, cwd));
  if (first === undefined) return "Started anew";
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return `${first}${more} changed`;
}

/** Whoever has a branch checked out did not choose the names in it. */
function shortPath(path: string, cwd: string): string {
  const short = path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path;
  return cleanText(short).replaceAll("\n", "\\x0a");
}
