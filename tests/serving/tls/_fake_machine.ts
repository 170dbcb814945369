import type { Machine } from "../../../serving/tls/trust_store.ts";

/** A machine of its own: a home and a system that are temporary directories. */
export interface FakeMachine extends Machine, AsyncDisposable {
  /** The home directory. */
  readonly home: string;
  /** The directory of programs: the only one on the path. */
  readonly programs: string;
  /** The environment. */
  readonly variables: Record<string, string>;
  /** The commands that `sudo` was to run. */
  readonly sudone: string[];
  /** Writes a program that runs a line of shell. */
  program(name: string, script: string): Promise<void>;
  /** Takes over a program of the real machine. */
  take(...names: string[]): Promise<void>;
  /** Writes a program that notes its arguments and then runs a line of shell. */
  recorder(name: string, script?: string): Promise<void>;
  /** What recorders have noted, a line for each call. */
  calls(): Promise<string[]>;
}

/** What of a machine a test can choose. */
export type FakeMachineOptions = Partial<
  Pick<Machine, "os" | "isRoot" | "isTerminal">
>;

/** Makes a machine that has nothing of the real one. */
export async function fakeMachine(
  options: FakeMachineOptions = {},
): Promise<FakeMachine> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const [home, root, programs] = ["home", "root", "programs"]
    .map((name) => `${folder}/${name}`) as [string, string, string];
  for (const path of [home, root, programs]) await Deno.mkdir(path);
  const sudone: string[] = [];
  const variables: Record<string, string> = { HOME: home, PATH: programs };
  const machine: FakeMachine = {
    os: "linux",
    isRoot: true,
    isTerminal: false,
    ...options,
    root,
    home,
    programs,
    sudone,
    variables,
    env: (name) => variables[name],
    onSudo: (command) => sudone.push(command),
    program: (name, script) =>
      Deno.writeTextFile(`${programs}/${name}`, `#!/bin/sh\n${script}\n`, {
        mode: 0o755,
      }),
    take: async (...names) => {
      for (const name of names) {
        await Deno.symlink(find(name), `${programs}/${name}`);
      }
    },
    recorder: (name, script = "") =>
      machine.program(name, `echo ${name} "$@" >> ${folder}/calls\n${script}`),
    calls: async () => {
      try {
        const text = await Deno.readTextFile(`${folder}/calls`);
        return text.split("\n").filter((line) => line !== "");
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
  return machine;
}

function find(name: string): string {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    try {
      Deno.statSync(`${folder}/${name}`);
      return `${folder}/${name}`;
    } catch {
      // Not in this one.
    }
  }
  throw new Deno.errors.NotFound(`Cannot find "${name}" on the path`);
}
