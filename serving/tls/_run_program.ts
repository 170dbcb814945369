import { delimiter } from "node:path";
import type { Machine } from "./_machine.ts";
import { StoreError } from "./_store.ts";

/** What a program did. */
export interface ProgramResult {
  /** Whether it succeeded. */
  readonly ok: boolean;
  /** What it wrote to its standard output. */
  readonly stdout: string;
  /** What it wrote to both, without space at the ends. */
  readonly output: string;
}

/**
 * Looks for a program: on the path, and where the system has its own, which
 * on Debian are on the path of root alone.
 */
export function findProgram(
  machine: Machine,
  name: string,
): string | undefined {
  return (machine.env("PATH") ?? "").split(delimiter)
    .concat(`${machine.root}/usr/sbin`, `${machine.root}/sbin`)
    .filter((folder) => folder !== "")
    .map((folder) => `${folder}/${name}`)
    .find(exists);
}

/** Whether there is a file or directory. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    // Missing, or in a directory that is not for us: not to be used either way.
    return false;
  }
}

/** Runs a program to its end; only a terminal is its standard input. */
export async function runProgram(
  machine: Machine,
  [program, ...args]: readonly [string, ...string[]],
): Promise<ProgramResult> {
  const env: Record<string, string> = {};
  for (const name of ["HOME", "PATH"]) {
    const value = machine.env(name);
    if (value !== undefined) env[name] = value;
  }
  try {
    const { success, stdout, stderr } = await new Deno.Command(
      findProgram(machine, program) ?? program,
      { args, env, stdin: machine.isTerminal ? "inherit" : "null" },
    ).output();
    const [out, err] = [stdout, stderr].map((bytes) =>
      new TextDecoder().decode(bytes)
    ) as [string, string];
    return { ok: success, stdout: out, output: `${err}\n${out}`.trim() };
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new StoreError(
        `running "${program}" is not allowed`,
        "allow it with --allow-run",
      );
    }
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new StoreError(`the program "${program}" is not installed`);
  }
}

/**
 * Runs a program that changes a store.
 *
 * @throws {StoreError} If it fails; the hint is to run it by hand.
 */
export async function change(
  machine: Machine,
  command: readonly [string, ...string[]],
): Promise<void> {
  const { ok, output } = await runProgram(machine, command);
  if (ok) return;
  const says = output === "" ? "fails" : `says: ${output.split("\n")[0]}`;
  throw new StoreError(
    `${command[0]} ${says}`,
    `run it by hand: ${shellText(command)}`,
  );
}

/** A command as it can be typed into a shell. */
export function shellText(command: readonly string[]): string {
  return command.map((word) =>
    /^[\w@%+=:,./\\-]+$/.test(word)
      ? word
      : `'${word.replaceAll("'", `'\\''`)}'`
  ).join(" ");
}
