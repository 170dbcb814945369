import { ownFlags } from "../reloader/own_flags.ts";
import { fromFileUrl } from "../reloader/file_url.ts";
import { temporaryFolder } from "./_temporary_folder.ts";

/** This working copy; what is on JSR is read without a permission. */
const OWN_FOLDER = new URL("../", import.meta.url);

const TMPDIR = { name: "env", variable: "TMPDIR" } as const;

/**
 * The flags of Deno without which this process cannot start others in its place,
 * and make the files that they meet at.
 *
 * @param folder The folder of the app.
 * @returns The flags that are missing.
 */
export function missingForReload(folder: string): string[] {
  const missing: string[] = [];

  function need(flag: string, permission: Deno.PermissionDescriptor): void {
    if (!isGranted(permission)) missing.push(flag);
  }

  function needPath(name: "read" | "write", path: string): void {
    need(`--allow-${name}=${path}`, { name, path });
  }

  need("--allow-run", { name: "run" });
  // A private socket has a name that nobody knows before.
  need("--allow-net without a list", { name: "net" });
  const temporary = temporaryFolder();
  // What was granted in part has to be passed on as it was written, which it takes
  // the one above to know.
  const isKnown = ownFlags() !== undefined ||
    (Deno.build.os === "linux" && !isGranted({ name: "run" }));
  if (temporary === undefined || !isKnown) {
    need("--allow-read", { name: "read" });
    need("--allow-write", { name: "write" });
    return missing;
  }
  needPath("read", folder);
  needPath("read", temporary);
  needPath("write", temporary);
  if (OWN_FOLDER.protocol === "file:") {
    needPath("read", fromFileUrl(OWN_FOLDER.href));
  }
  const isTemporary = missing.some((flag) => flag.endsWith(`=${temporary}`));
  if (isTemporary && !isGranted(TMPDIR)) {
    missing.push("or --allow-env=TMPDIR where temporary files are elsewhere");
  }
  return missing;
}

function isGranted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}
