import type { App, ServeInfo } from "../../serving/handler.ts";
import { fromFileUrl } from "@std/path/from-file-url";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";

/** The folder of modules to load. */
export const TESTDATA = fromFileUrl(
  new URL("../testdata/load_app", import.meta.url),
);

const INFO: ServeInfo = {
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
  completed: Promise.resolve(),
};

/** What an app answers, without a socket. */
export async function answer(app: App): Promise<string> {
  const request = new Request("http://localhost/");
  const response = typeof app === "function"
    ? await app(request, INFO)
    : await app.fetch(request, INFO);
  return await response.text();
}

/**
 * Writes files into a folder of their own, for modules that must not be checked,
 * linted or formatted.
 */
export async function withFiles(
  files: Record<string, string | Uint8Array>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      await (typeof content === "string"
        ? Deno.writeTextFile(path, content)
        : Deno.writeFile(path, content));
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * What a promise is rejected with. It keeps the event loop busy meanwhile, since
 * Deno 2.9 forgets top-level awaits after two failed ones when it is idle, and
 * it leaves no frame of the test in the stack.
 */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const busy = setInterval(() => {}, 10);
  try {
    return await new Promise((resolve, reject) => {
      const unexpected = new Error("Nothing was thrown");
      promise.then(() => reject(unexpected), resolve);
    });
  } finally {
    clearInterval(busy);
  }
}
