// Serves the app beside it with the load hook and all parts of the debugger, and
// prints its port. The first argument is the options as JSON.
import { installHook } from "../../../middleware/debugger/instrument/install_hook.ts";
import {
  debuggedApplication,
  type DebuggedApplicationOptions,
} from "../../../middleware/debugger/debugged_application.ts";

interface Settings extends DebuggedApplicationOptions {
  readonly cert?: string;
  readonly key?: string;
}

const { cert, key, ...options }: Settings = JSON.parse(Deno.args[0] ?? "{}");
const acornUrl = import.meta.resolve("npm:acorn@^8");
const folder = new URL("./app/", import.meta.url);
await installHook({ root: folder.pathname, acornUrl });
const module = await import(new URL("main.ts", folder).href);

globalThis.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
});

Deno.serve(
  {
    hostname: "127.0.0.1",
    port: 0,
    ...cert !== undefined && key !== undefined && { cert, key },
    onListen: ({ port }) =>
      Deno.stdout.writeSync(new TextEncoder().encode(`port ${port}\n`)),
  },
  debuggedApplication(module.default, {
    root: folder.pathname,
    acornUrl,
    moduleScope: module,
    ...options,
  }),
);
