/**
 * Makes what starts Deno with some arguments, the streams of this process and its
 * current folder.
 *
 * Where the two are is asked for once, now: after an upgrade of Deno, the program of
 * this process has no name any more; nor has a folder that has been replaced.
 *
 * Requires `--allow-run`, and `--allow-read` for the current folder.
 *
 * @returns Starts a process. It throws if there is no such program or folder.
 */
export function denoSpawner(): (
  args: readonly string[],
) => Deno.ChildProcess {
  const program = Deno.execPath();
  const folder = Deno.cwd();

  return function spawnDeno(args) {
    // Deno wants a current folder, also where the process is to get another one.
    if (currentFolder() !== folder) Deno.chdir(folder);
    return new Deno.Command(program, {
      args: [...args],
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  };
}

/** The current folder by its name now; `undefined` if it is gone. */
function currentFolder(): string | undefined {
  try {
    return Deno.cwd();
  } catch {
    return undefined;
  }
}
