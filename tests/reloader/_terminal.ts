import { isAlive } from "./_reload.ts";

/** How long something may take to appear before a wait for it counts as failed. */
const WAIT_LIMIT_MS = 30_000;

const LOOK_MS = 20;

/** Whether there is a terminal to be had: that of tmux. */
export const hasTerminal: boolean = Deno.build.os === "linux" && canRun("tmux");

/** A shell in a terminal of its own, as wide as any line. */
export class Terminal implements AsyncDisposable {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  /** Opens one in this folder, with `deno` as this program is in `$DENO`. */
  static async open(cwd: string): Promise<Terminal> {
    const terminal = new Terminal(`${cwd}/tmux.sock`);
    const shell = "exec bash --norc --noprofile";
    const env = { DENO: Deno.execPath(), NO_COLOR: "1" };
    const flags = Object.entries(env).flatMap(([name, value]) => [
      "-e",
      `${name}=${value}`,
    ]);
    await terminal.#tmux(
      ...["new-session", "-d", "-x", "300", "-y", "200", "-c", cwd],
      ...flags,
      shell,
    );
    return terminal;
  }

  /** Types a line, with Enter. */
  async type(line: string): Promise<void> {
    await this.#tmux("send-keys", "-l", line);
    await this.press("Enter");
  }

  /** Presses a key, by the name it has in tmux. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** What is to be seen. */
  async text(): Promise<string> {
    return (await this.#tmux("capture-pane", "-p", "-S", "-")).trimEnd();
  }

  /** Waits until something is to be seen. */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    const end = Date.now() + WAIT_LIMIT_MS;
    for (;;) {
      const text = await this.text();
      const match = pattern.exec(text);
      if (match !== null) return match;
      if (Date.now() > end) {
        throw new Error(`Cannot find ${pattern} in the terminal:\n${text}`);
      }
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  }

  /** Runs a command of the shell, and returns what it prints. */
  async run(command: string): Promise<string> {
    const id = crypto.randomUUID();
    // The quotes keep the typed line from being taken for what it prints.
    const [start, end] = ["start", "end"].map((word) => `${word}"-"${id}`);
    await this.type(`echo ${start}; ${command}; echo ${end}`);
    // The typed line may be in pieces, where a job in the background prints, too.
    const printed = new RegExp(`^start-${id}\n([^]*)^end-${id}$`, "m");
    const [, text] = await this.waitFor(printed);
    return text!.trimEnd();
  }

  /** The process of the shell. */
  async pid(): Promise<number> {
    return Number(await this.#tmux("list-panes", "-F", "#{pane_pid}"));
  }

  /** Closes it as a window is closed, and waits for the shell to end. */
  async close(): Promise<void> {
    const pid = await this.pid();
    await this.#tmux("kill-server");
    while (await isAlive(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tmux("kill-server").catch(() => {
      // It has been closed.
    });
  }

  async #tmux(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", this.#socket, "-f", "/dev/null", ...args],
      env: { TMUX: "" },
    }).output();
    const decoder = new TextDecoder();
    if (!success) {
      throw new Error(`Cannot ${args[0]}: ${decoder.decode(stderr)}`);
    }
    return decoder.decode(stdout);
  }
}

function canRun(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["-V"] }).outputSync().success;
  } catch {
    // It is not installed, or may not be run.
    return false;
  }
}
