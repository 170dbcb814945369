import type { ChildProcess } from "../_process.ts";

/** Replaces a file as editors do: at once. */
export async function save(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.tmp`, text);
  await Deno.rename(`${path}.tmp`, path);
}

/** Long enough for the slowest machine. */
const LIMIT_MS = 60_000;
/** After so many answers, what is waited for gets some time of the machine. */
const QUICK_ANSWERS = 1000;

/** Fetches until the answer is the expected one; every answer is kept. */
export async function fetchUntil(
  url: string,
  expected: string,
  init?: RequestInit & { client?: Deno.HttpClient },
): Promise<string[]> {
  return await answersUntil(url, (text) => text === expected, expected, init);
}

/** Fetches until the answer has a status, and returns its text. */
export async function fetchStatus(
  url: string,
  status: number,
): Promise<string> {
  const isWanted = (_text: string, response: Response) =>
    response.status === status;
  const answers = await answersUntil(url, isWanted, `status ${status}`);
  return answers.at(-1)!;
}

async function answersUntil(
  url: string,
  isWanted: (text: string, response: Response) => boolean,
  wanted: string,
  init?: RequestInit & { client?: Deno.HttpClient },
): Promise<string[]> {
  const end = performance.now() + LIMIT_MS;
  const answers: string[] = [];
  while (performance.now() < end) {
    const response = await fetch(url, init);
    const text = await response.text();
    answers.push(text);
    if (isWanted(text, response)) return answers;
    if (answers.length > QUICK_ANSWERS) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
  throw new Error(`Never got "${wanted}", but "${answers.at(-1)}"`);
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
