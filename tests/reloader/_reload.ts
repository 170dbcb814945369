import type { ChildProcess } from "../_process.ts";

/** Replaces a file as editors do: at once. */
export async function save(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.tmp`, text);
  await Deno.rename(`${path}.tmp`, path);
}

/** Fetches until the answer is the expected one; every answer is kept. */
export async function fetchUntil(
  url: string,
  expected: string,
  init?: RequestInit & { client?: Deno.HttpClient },
): Promise<string[]> {
  const answers: string[] = [];
  while (answers.at(-1) !== expected) {
    answers.push(await (await fetch(url, init)).text());
    if (answers.length > 20_000) {
      throw new Error(`Never got "${expected}", but "${answers.at(-1)}"`);
    }
  }
  return answers;
}

/** Waits until the generation of that number serves. */
export async function generationOf(
  child: ChildProcess,
  number: number,
): Promise<void> {
  await child.waitFor(new RegExp(`generation ${number}\\)`), "stderr");
}

/** The processes below one, by their numbers (Linux). */
export async function descendants(pid: number): Promise<number[]> {
  const children = new Map<number, number[]>();
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await Deno.readTextFile(`/proc/${name}/stat`).catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...children.get(parent) ?? [], Number(name)]);
  }
  const found: number[] = [];
  for (let todo = [pid]; todo.length > 0;) {
    todo = todo.flatMap((parent) => children.get(parent) ?? []);
    found.push(...todo);
  }
  return found;
}

/** Whether a process is there and not just waiting to be reaped (Linux). */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}
