/**
 * Waits until no other process holds the lock, and holds it until disposed of.
 * The system lets go of it, too, when the process ends, however it does.
 */
export function lockFile(path: string): Disposable {
  const file = Deno.openSync(path, { write: true, create: true, mode: 0o600 });
  file.lockSync(true);
  return file;
}
