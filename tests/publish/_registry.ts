import { untar } from "./_untar.ts";

/** A version of a package as the registry holds it. */
export interface PublishedPackage {
  /** The name with its scope. */
  name: string;
  /** The version. */
  version: string;
  /** What can be imported, by sub path. */
  exports: Record<string, string>;
  /** All files by their path, which begins with a slash. */
  files: Map<string, Uint8Array>;
}

/** The fields of a `deno.json` that make it a package. */
export type PackageConfig = Pick<
  PublishedPackage,
  "name" | "version" | "exports"
>;

const VERSION_API = new URLPattern({
  pathname: "/api/scopes/:scope/packages/:package/versions/:version",
});
const PACKAGE_API = new URLPattern({
  pathname: "/api/scopes/:scope/packages/:package",
});
const PACKAGE_META = new URLPattern({
  pathname: "/:scope(@[^/]+)/:package/meta.json",
});
const VERSION_META = new URLPattern({
  pathname: "/:scope(@[^/]+)/:package/:version([^/]+)_meta.json",
});
const FILE = new URLPattern({
  pathname: "/:scope(@[^/]+)/:package/:version/:path+",
});

/**
 * A JSR registry in memory: what `deno publish` talks to, and the URLs that
 * `jsr:` specifiers are loaded from. One version of each package.
 *
 * The layout is at https://jsr.io/docs/api, the publishing calls are those of
 * `cli/tools/publish` in Deno's source.
 */
export class Registry implements AsyncDisposable {
  readonly #packages = new Map<string, PublishedPackage>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** Starts to listen on a free port of the loopback. */
  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#handle(request),
    );
  }

  /** The value for `JSR_URL`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/`;
  }

  /** Adds a package without the detour of publishing it. */
  add(pack: PublishedPackage): void {
    this.#packages.set(pack.name, pack);
  }

  /** The package of that name, when there is one. */
  get(name: string): PublishedPackage | undefined {
    return this.#packages.get(name);
  }

  /** Stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #handle(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const upload = VERSION_API.exec(request.url)?.pathname.groups;
    if (upload && request.method === "POST") {
      const name = `@${upload.scope}/${upload.package}`;
      const config = searchParams.get("config") ?? "/deno.json";
      this.add(await unpack(request, config, name, upload.version));
      return Response.json({ id: "task", status: "success", error: null });
    }
    if (upload) return notFound(); // not published yet
    if (PACKAGE_API.test(request.url)) return Response.json({});
    return await this.#load(request.url) ??
      notFound(`Cannot find "${pathname}"`);
  }

  async #load(url: string): Promise<Response | undefined> {
    const match = PACKAGE_META.exec(url) ?? VERSION_META.exec(url) ??
      FILE.exec(url);
    const { scope, package: name, version, path } = match?.pathname.groups ??
      {};
    const pack = this.get(`${scope}/${name}`);
    if (!pack) return undefined;
    if (version === undefined) return Response.json(packageMeta(pack));
    if (version !== pack.version) return undefined;
    if (path === undefined) return Response.json(await versionMeta(pack));
    const content = pack.files.get(`/${path}`);
    return content && new Response(new Uint8Array(content), {
      headers: { "Content-Type": mediaType(path) },
    });
  }
}

async function unpack(
  request: Request,
  configPath: string,
  name: string,
  version: string | undefined,
): Promise<PublishedPackage> {
  const archive = request.body?.pipeThrough(new DecompressionStream("gzip"));
  const files = untar(await new Response(archive).bytes());
  const config: PackageConfig = JSON.parse(
    new TextDecoder().decode(files.get(configPath)),
  );
  if (config.name !== name || config.version !== version) {
    throw new TypeError(
      `Cannot publish as ${name}@${version}: it is ${config.name}@${config.version}`,
    );
  }
  return { name, version, exports: config.exports, files };
}

function packageMeta(pack: PublishedPackage): Record<string, unknown> {
  const [scope, name] = pack.name.slice(1).split("/");
  return {
    scope,
    name,
    latest: pack.version,
    versions: { [pack.version]: {} },
  };
}

async function versionMeta(
  pack: PublishedPackage,
): Promise<Record<string, unknown>> {
  const manifest: Record<string, { size: number; checksum: string }> = {};
  for (const [path, content] of pack.files) {
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new Uint8Array(content),
    );
    const checksum = `sha256-${new Uint8Array(digest).toHex()}`;
    manifest[path] = { size: content.length, checksum };
  }
  return { exports: pack.exports, manifest };
}

function mediaType(path: string): string {
  if (path.endsWith(".ts")) return "text/typescript";
  if (path.endsWith(".json")) return "application/json";
  return "text/plain; charset=utf-8";
}

function notFound(message = "Not found"): Response {
  return Response.json({ code: "notFound", message }, { status: 404 });
}
