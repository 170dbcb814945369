import { join } from "node:path";
import type { CpuProfile } from "./_profile_session.ts";

/**
 * Writes a profile to a file of its own. It never replaces a file nor follows a
 * link that somebody has put there: where the name is taken, a number is added.
 *
 * This waits for the disk, so that no profile is lost when the process ends
 * right after a response.
 *
 * @param folder The folder, made if it does not exist.
 * @param name The name of the file, ending in `.cpuprofile`.
 * @param profile The profile.
 * @returns The path of the file.
 */
export function writeProfile(
  folder: string,
  name: string,
  profile: CpuProfile,
): string {
  Deno.mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(profile);
  for (let count = 1;; count += 1) {
    const numbered = name.replace(/(?=\.cpuprofile$)/, `.${count}`);
    const path = join(folder, count === 1 ? name : numbered);
    try {
      Deno.writeTextFileSync(path, text, { createNew: true });
      return path;
    } catch (error) {
      if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    }
  }
}
