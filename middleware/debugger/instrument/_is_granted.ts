/**
 * Tells whether a file may be read or written without anybody being asked.
 *
 * @param name What is to be done.
 * @param path The path of the file or folder.
 * @returns Whether the permission is there.
 */
export function isGranted(name: "read" | "write", path: string): boolean {
  return Deno.permissions.querySync({ name, path }).state === "granted";
}
