// deno run -A mod.ts "examples/factory.ts:createApp('staging', {port: 5432})"
/** An app that is made with arguments from the command line. */
import type { Handler } from "@x/devserve";

/** Makes the app of a stage. */
export function createApp(
  stage = "dev",
  database: { port?: number } = {},
): Handler {
  return () => Response.json({ stage, database });
}
