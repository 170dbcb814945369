/** What trust stores are found and changed by. */
export interface Machine {
  /** The operating system. */
  readonly os: typeof Deno.build.os;
  /** What stands before the paths of the system: nothing, but in tests. */
  readonly root: string;
  /** Whether this process may change the files of the system. */
  readonly isRoot: boolean;
  /** Whether somebody can be asked for a password. */
  readonly isTerminal: boolean;
  /** Reads an environment variable. */
  env(name: string): string | undefined;
  /** Is told of each command that asks for root's rights, before it runs. */
  onSudo(command: string): void;
}

/** The machine this process runs on. */
export function thisMachine(onSudo: (command: string) => void): Machine {
  return {
    os: Deno.build.os,
    root: "",
    get isRoot() {
      return isRoot();
    },
    isTerminal: Deno.stdin.isTerminal(),
    env: (name) => Deno.env.get(name),
    onSudo,
  };
}

/** Whether this is root; where nobody may tell, `sudo` finds it out. */
function isRoot(): boolean {
  const uid = { name: "sys", kind: "uid" } as const;
  return Deno.permissions.querySync(uid).state === "granted" &&
    Deno.uid() === 0;
}

/** The home directory of the user. */
export function homeOf(machine: Machine): string {
  return machine.env("HOME") ?? "";
}

/** A path as a person wants to read it: the home directory becomes `~`. */
export function shortPath(path: string, machine: Machine): string {
  const home = homeOf(machine);
  return home !== "" && path.startsWith(`${home}/`)
    ? `~${path.slice(home.length)}`
    : path;
}
