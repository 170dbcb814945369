import { fromFileUrl } from "@std/path/from-file-url";
import { servedAt, startDevserve } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { testSsl } from "../_test_ssl.ts";
import { tool } from "../_tool.ts";

const EXAMPLE = new URL("../../examples/nginx/", import.meta.url);

/** The example for nginx, running. */
export interface Nginx extends AsyncDisposable {
  /** The port for HTTP on 127.0.0.1. */
  readonly port: number;
  /** The port for HTTPS. */
  readonly sslPort: number;
  /** The certificate of the authority, for other clients. */
  readonly caFile: string;
  /** A client that trusts the certificate. */
  readonly client: Deno.HttpClient;
}

/**
 * Starts the app of the example and nginx before it, with the documented
 * configuration: no more than ports and paths are others.
 *
 * @param upstream How nginx reaches the app.
 */
export async function startNginx(upstream: "tcp" | "unix"): Promise<Nginx> {
  await using stack = new AsyncDisposableStack();
  const ssl = stack.use(testSsl());
  const folder = ssl.directory;
  const app = stack.use(startDevserve([
    fromFileUrl(new URL("app.ts", EXAMPLE)),
    "-b",
    upstream === "tcp" ? "127.0.0.1:0" : `unix://${folder}/devserve.sock`,
  ]));
  const appPort = upstream === "tcp"
    ? new URL(await servedAt(app)).port
    : (await app.waitFor(/unix:\S+/, "stderr"), "8000");
  const [port, sslPort] = freePorts();
  for (const name of ["nginx.conf", "devserve.conf"]) {
    const text = await Deno.readTextFile(new URL(name, EXAMPLE));
    await Deno.writeTextFile(
      `${folder}/${name}`,
      text.replaceAll("/tmp/nginx", folder)
        .replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`)
        .replaceAll("127.0.0.1:8443", `127.0.0.1:${sslPort}`)
        .replaceAll("127.0.0.1:8000", `127.0.0.1:${appPort}`)
        .replace(...otherUpstream(upstream)),
    );
  }
  const nginx = stack.use(startProcess([
    tool("nginx").path,
    ...["-e", "stderr", "-p", folder, "-c", `${folder}/nginx.conf`],
    // In one process, which has no workers of another user to leave behind.
    ...["-g", "master_process off;"],
  ]));
  // It listens by then.
  await nginx.waitFor(/using the "\w+" event method/, "stderr");
  const client = stack.use(ssl.client());
  const running = stack.move();
  return {
    port,
    sslPort,
    caFile: ssl.caFile,
    client,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Comments one of the two servers out, and the other one in. */
function otherUpstream(upstream: "tcp" | "unix"): [RegExp, string] {
  return upstream === "tcp"
    ? [/^$/, ""]
    : [/^( *)(server 127.*\n)(.*\n) *# (server unix:.*)$/m, "$1# $2$3$1$4"];
}

/** Two ports that are free now; nginx cannot choose them itself. */
function freePorts(): [number, number] {
  using first = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using second = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return [first.addr.port, second.addr.port];
}
