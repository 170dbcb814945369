import { assertEquals } from "@std/assert";
import { WorkerFiles } from "../../reloader/_worker_files.ts";
import { makeFolder } from "../_devserve.ts";
import { fetchUntil, generationOf } from "./_reload.ts";
import { serveFolder } from "./_serve_folder.ts";

const APP = `
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
  });
  const text = await new Promise((done) =>
    worker.onmessage = ({ data }) => done(data));
  export default () => new Response(text);`;

Deno.test("devserve reloads for what a worker imports", async () => {
  await using app = await serveFolder({
    "app.ts": APP,
    "worker.ts": `
      import { near } from "./near.ts";
      const { late } = await import("./late.ts");
      postMessage(near + late);`,
    "near.ts": `export { near } from "./far.ts";`,
    "far.ts": `export const near = "a1";`,
    "late.ts": `export const late = "b1";`,
  });
  await fetchUntil(app.url, "a1b1");
  // Where it is not yet watched, it is found changed as soon as it is.
  await app.save("far.ts", `export const near = "a2";`);
  await fetchUntil(app.url, "a2b1");
  await app.save("late.ts", `export const late = "b2";`);
  await fetchUntil(app.url, "a2b2");
  await app.save(
    "late.ts",
    `import { more } from "./more.ts"; export const late = more;`,
  );
  await app.save("more.ts", `export const more = "b3";`);
  await fetchUntil(app.url, "a2b3");
  await app.save("more.ts", `export const more = "b4";`);
  await fetchUntil(app.url, "a2b4");
});

Deno.test("devserve reloads for a worker that an import map leads to", async () => {
  await using app = await serveFolder({
    "deno.json": `{ "imports": { "words": "./words.ts" } }`,
    "app.ts": APP,
    "worker.ts": `import { word } from "words"; postMessage(word);`,
    "words.ts": `export const word = "one";`,
  });
  await fetchUntil(app.url, "one");
  await app.save("words.ts", `export const word = "two";`);
  await fetchUntil(app.url, "two");
});

Deno.test("devserve reloads for a worker that a worker starts", async () => {
  const relay = (next: string) => `
    const worker = new Worker(${next}, { type: "module" });
    worker.onmessage = ({ data }) => postMessage(data);`;
  await using app = await serveFolder({
    "app.ts": APP,
    "worker.ts": relay('new URL("./second.ts", import.meta.url)'),
    "second.ts": relay('import.meta.resolve("./third.ts")'),
    "third.ts": `import { word } from "./word.ts"; postMessage(word);`,
    "word.ts": `export const word = "one";`,
  });
  await fetchUntil(app.url, "one");
  await app.save("word.ts", `export const word = "two";`);
  await fetchUntil(app.url, "two");
  await app.save("third.ts", `postMessage("three");`);
  await fetchUntil(app.url, "three");
});

Deno.test("devserve reloads for a worker of node:worker_threads", async () => {
  await using app = await serveFolder({
    "app.ts": `
      import { once } from "node:events";
      import { Worker } from "node:worker_threads";
      const worker = new Worker(import.meta.dirname + "/worker.ts");
      const [text] = await once(worker, "message");
      export default () => new Response(text);`,
    "worker.ts": `
      import { parentPort } from "node:worker_threads";
      import { word } from "./words.ts";
      parentPort.postMessage(word);`,
    "words.ts": `export const word = "one";`,
  });
  await fetchUntil(app.url, "one");
  await app.save("words.ts", `export const word = "two";`);
  await fetchUntil(app.url, "two");
  await app.save(
    "worker.ts",
    `import { parentPort } from "node:worker_threads";
     parentPort.postMessage("three");`,
  );
  await fetchUntil(app.url, "three");
});

Deno.test("devserve reloads for a worker that is started later", async () => {
  await using app = await serveFolder({
    "app.ts": `
      export default () => {
        const { promise, resolve } = Promise.withResolvers();
        const url = new URL("./worker.ts", import.meta.url);
        const worker = new Worker(url, { type: "module" });
        worker.onmessage = ({ data }) => {
          worker.terminate();
          resolve(new Response(data + Deno.pid));
        };
        return promise;
      };`,
    "worker.ts": `import { word } from "./words.ts"; postMessage(word);`,
    "words.ts": `export const word = "one";`,
  });
  await (await fetch(app.url)).text();
  await app.save("words.ts", `export const word = "two";`);
  await generationOf(app.child, 2);
});

Deno.test("devserve leaves workers of data: and blob: URLs alone", async () => {
  await using app = await serveFolder({
    "app.ts": `
      const code = "postMessage(typeof Deno)";
      const blob = new Blob([code], { type: "text/javascript" });
      export default async () => {
        const answers = [];
        for (const url of [
          URL.createObjectURL(blob),
          "data:text/javascript," + code,
        ]) {
          const worker = new Worker(url, { type: "module" });
          answers.push(await new Promise((done) =>
            worker.onmessage = ({ data }) => done(data)));
          answers.push(worker instanceof Worker);
          worker.terminate();
        }
        let refusal;
        try { new Worker("relative.ts", { type: "module" }); }
        catch (error) { refusal = error.name; }
        return Response.json([...answers, refusal]);
      };`,
  });
  assertEquals(await (await fetch(app.url)).json(), [
    "object",
    true,
    "object",
    true,
    "URIError",
  ]);
});

Deno.test("WorkerFiles keeps what it has found", async () => {
  using folder = makeFolder({
    "worker.ts": `import "./near.ts"; import "./gone.ts";`,
    "near.ts": "",
  });
  const path = await Deno.realPath(folder.path);
  const entry = `${path}/worker.ts`;
  const expected = ["gone.ts", "near.ts", "worker.ts"]
    .map((name) => `${path}/${name}`);
  const found = Promise.withResolvers<number>();
  const workers = new WorkerFiles({ configFiles: [], onFound: found.resolve });
  const before = Date.now();
  workers.note(1, [entry]);
  const since = await found.promise;
  assertEquals(since >= before && since <= Date.now(), true);
  assertEquals([...workers.files].sort(), expected);
  workers.note(2, []);
  assertEquals([...workers.files], []);
  workers.note(2, [entry]);
  assertEquals([...workers.files].sort(), expected);
  workers.close();
});
