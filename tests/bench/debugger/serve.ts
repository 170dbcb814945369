// deno-lint-ignore-file no-console -- it tells its parent the port
/**
 * Serves a module, the debugger's hook installed or not, and prints its port
 * and the milliseconds that it took to be there:
 *
 *     deno run -A serve.ts <module> [<cache folder or "-"> <URL of acorn>]
 */
const started = performance.now();
const [module = "", cacheDir, acornUrl = ""] = Deno.args;

if (cacheDir !== undefined) {
  const { installHook } = await import(
    "../../../middleware/debugger/instrument/install_hook.ts"
  );
  await installHook({
    root: new URL("./", module).pathname,
    acornUrl,
    ...(cacheDir === "-" ? {} : { cacheDir }),
  });
}
const { default: app } = await import(module);
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen() {} },
  app,
);
console.log(`${server.addr.port} ${performance.now() - started}`);
