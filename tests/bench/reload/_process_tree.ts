/** A clock tick of `/proc`, in milliseconds (`getconf CLK_TCK` is 100). */
const TICK_MS = 10;

/** The ids of a process and all its descendants. */
export function processTree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statFields(Number(name))?.[1]);
    if (!parent) continue;
    const siblings = children.get(parent) ?? [];
    siblings.push(Number(name));
    children.set(parent, siblings);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...children.get(pid) ?? []);
  return tree;
}

/** Milliseconds of processor time that processes have taken until now. */
export function processorTime(pids: readonly number[]): number {
  let ticks = 0;
  for (const pid of pids) {
    const fields = statFields(pid);
    if (fields) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MS;
}

/** The memory of processes in MB, with each shared page counted once (PSS). */
export function memory(pids: readonly number[]): number {
  let kilobytes = 0;
  for (const pid of pids) {
    const rollup = readProc(`/proc/${pid}/smaps_rollup`);
    kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup ?? "")?.[1] ?? 0);
  }
  return kilobytes / 1024;
}

/** Ends a process and all its descendants at once. */
export function killTree(root: number): void {
  for (const pid of processTree(root)) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // It has ended with its parent.
    }
  }
}

/** The fields of proc_pid_stat(5) from the third on, after the name. */
function statFields(pid: number): string[] | undefined {
  return readProc(`/proc/${pid}/stat`)?.replace(/^.*\) /s, "").split(" ");
}

function readProc(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
