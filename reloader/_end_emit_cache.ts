import { joinPath } from "./_paths.ts";
import { requiredUrl } from "./_require_module.ts";

/** Leaves no room for an ending, as most file systems allow 255 bytes. */
const LONG_NAME = `${"long-name-".repeat(25)}.ts`;

/**
 * Has Deno keep nothing any more of what it transpiles in this process. To replace
 * a file takes ext4 half a millisecond in which the process waits for the disk, and
 * at an order somebody waits for the process. The next one keeps the same files
 * when nobody does.
 *
 * Deno gives up once it has failed to keep a file (`emit_failed_flag` of its
 * `EmitCache`), so it gets one whose name is as long as names may be: that of the
 * kept file would be longer. Where that does no harm to it, all is as before.
 *
 * @param directory A folder for that file, which is gone afterwards.
 */
export async function endEmitCache(directory: string): Promise<void> {
  const path = joinPath(directory, LONG_NAME);
  try {
    await Deno.writeTextFile(path, "export const kept: boolean = false;");
    await import(requiredUrl(path));
    await Deno.remove(path);
  } catch {
    // Names have to be shorter here, or it must not be written: then it is kept.
  }
}
