import { basename, dirname, isAbsolute } from "node:path";

/**
 * A line on how to keep a key out of git, or `undefined` if it is ignored, if
 * it is in no repository, or if there is no git or it may not be run.
 */
export async function gitHint(keyFile: string): Promise<string | undefined> {
  const git = { name: "run", command: "git" } as const;
  if ((await Deno.permissions.query(git)).state !== "granted") return undefined;
  const folder = dirname(keyFile);
  try {
    const { code } = await new Deno.Command("git", {
      args: ["check-ignore", "--quiet", "--", basename(keyFile)],
      cwd: folder,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    // 128: no repository.
    if (code !== 1) return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const isBelow = folder !== "." && !isAbsolute(folder) &&
    !folder.startsWith("..");
  const pattern = isBelow ? `${folder.replaceAll("\\", "/")}/` : "*.key";
  return `Git does not ignore ${keyFile}: add "${pattern}" to .gitignore`;
}
