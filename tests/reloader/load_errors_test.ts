import { assertEquals } from "@std/assert";
import { fetchUntil, generationOf } from "./_reload.ts";
import { serveFolder } from "./_serve_folder.ts";

/** An app of two files, of which the second one leaves an error behind. */
const APP = `import { text } from "./text.ts";
export default () => new Response(text);
`;
const STRAY = `Promise.reject(new Error("stray"));
export const text = "after the error";
`;

Deno.test("devserve serves a save whose load leaves an error behind, also right after another one", async () => {
  await using app = await serveFolder({
    "app.ts": APP,
    "text.ts": `export const text = "before";`,
  });
  await app.save("app.ts", APP + "\n");
  await generationOf(app.child, 2);
  await app.save("text.ts", STRAY);
  await app.child.waitFor(/Error: stray/, "stderr");
  await generationOf(app.child, 3);
  await fetchUntil(app.url, "after the error");
  await app.save("text.ts", `export const text = "fixed";`);
  await fetchUntil(app.url, "fixed");
});

Deno.test("devserve serves an error that a load leaves behind when it is to be passed on", async () => {
  await using app = await serveFolder({
    "app.ts": `setTimeout(() => { throw new Error("stray"); });
await new Promise(() => setInterval(() => {}, 1000));
export default () => new Response();
`,
  }, ["--passthrough-errors"]);
  const response = await fetch(app.url);
  assertEquals(response.status, 500);
  await app.child.waitFor(/Error: stray/, "stderr");
  await response.body?.cancel();
});

Deno.test("devserve serves nothing but the error of an onListen that throws", async () => {
  await using app = await serveFolder({
    "app.ts": `export default {
  fetch: () => new Response("app"),
  onListen() { throw new Error("no database"); },
};
`,
  });
  await app.child.waitFor(/Serving this error/, "stderr");
  for (let i = 0; i < 50; i++) {
    const response = await fetch(app.url, { headers: { connection: "close" } });
    assertEquals(response.status, 500);
    await response.body?.cancel();
  }
});
