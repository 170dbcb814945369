import { makeFolder, servedAt, startDevserve } from "./_devserve.ts";

/** A server of the command line, and whom its clients have to trust. */
export interface HttpsServer extends AsyncDisposable {
  /** The port, on both loopbacks. */
  readonly port: string;
  /** The file of the development authority's certificate. */
  readonly caFile: string;
  /** A directory that can be a client's home; nothing is in it. */
  readonly home: string;
  /**
   * Runs `devserve cert` for that home.
   *
   * @throws {Error} If it fails.
   */
  cert(...args: string[]): Promise<string>;
}

/**
 * Serves with a certificate of the moment, by an authority that is made for it.
 *
 * @param app The text of the app's module.
 * @param flags What else the command line says.
 */
export async function serveHttps(
  app: string,
  flags: readonly string[],
): Promise<HttpsServer> {
  await using stack = new AsyncDisposableStack();
  const { path: cwd } = stack.use(makeFolder({ "app.ts": app }));
  const { path: ca } = stack.use(makeFolder({}));
  const { path: home } = stack.use(makeFolder({}));
  const env = { DEVSERVE_CA_DIR: ca, CAROOT: ca };
  const child = stack.use(
    startDevserve(["app.ts", "--cert", "adhoc", ...flags], { cwd, env }),
  );
  const { port } = new URL(await servedAt(child));
  const owned = stack.move();
  return {
    port,
    caFile: `${ca}/ca.crt`,
    home,
    cert: (...args) =>
      runCert(args, {
        ...env,
        HOME: home,
        XDG_DATA_HOME: `${home}/.local/share`,
      }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function runCert(
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  await using child = startDevserve(["cert", ...args], {
    env: { ...env, DENO_DIR: await denoDirectory() },
  });
  const { success } = await child.finished();
  if (success) return child.stdout;
  throw new Error(child.stdout + child.stderr);
}

/** Where Deno keeps modules: with another home it would look elsewhere. */
async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  const info: { denoDir: string } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  return info.denoDir;
}
