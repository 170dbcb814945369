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
  const folder = makeFolder(files);
  const child = startDevserve(["app.ts", "-p", "0", ...args], {
    cwd: folder.path,
  });
  return {
    child,
    url: await servedAt(child),
    path: folder.path,
    save: (name, text) => save(`${folder.path}/${name}`, text),
    async [Symbol.asyncDispose]() {
      await child[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
