// deno run -A examples/static_files.ts
/** Serves the files of this folder below /files, and a page that lists them. */
import { runSimple } from "@x/devserve";

const folder = new URL("./", import.meta.url);

/** Lists the files of the folder. */
export async function list(): Promise<Response> {
  let items = "";
  for await (const { name } of Deno.readDir(folder)) {
    items += `<li><a href="/files/${name}">${name}</a></li>`;
  }
  return new Response(`<!doctype html><title>Files</title><ul>${items}</ul>`, {
    headers: { "content-type": "text/html;charset=UTF-8" },
  });
}

if (import.meta.main) {
  await runSimple("localhost", 8000, list, {
    staticFiles: { "/files": folder },
  });
}
