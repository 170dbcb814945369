import type { ChildProcess } from "../_process.ts";
import { makeFolder, servedAt, startDevserve } from "../_devserve.ts";
import { save } from "./_reload.ts";

/** An app in a folder of its own, served by the command line. */
export interface ServedFolder extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly url: string;
  readonly path: string;
  /** Replaces a file of the folder. */
  save(name: string, text: string): Promise<void>;
}

/** Serves `app.ts` of a folder with these files. */
export async function serveFolder(
  files: Record<string, string>,
  args: readonly string[] = [],
): Promise<ServedFolder> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(makeFolder(files));
  const child = stack.use(
    startDevserve(["app.ts", "-p", "0", ...args], { cwd: folder.path }),
  );
  const url = await servedAt(child);
  const resources = stack.move();
  return {
    child,
    url,
    path: folder.path,
    save: (name, text) => save(`${folder.path}/${name}`, text),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
