// deno run -A mod.ts examples/hono.ts
/** An app of the Hono framework: an object with a `fetch` method. */
// deno-lint-ignore no-import-prefix -- this file stands for itself
import { Hono } from "npm:hono@^4";

const app: Hono = new Hono();

app.get("/", (context) => context.text("Hello from Hono\n"));
app.get(
  "/items/:id",
  (context) => context.json({ id: context.req.param("id") }),
);

app.get("/broken/:id", (context) => {
  throw new Error(`no item ${context.req.param("id")}`);
});

// Hono would answer errors by itself, and devserve can only show those it gets.
app.onError((error) => {
  throw error;
});

export default app;
