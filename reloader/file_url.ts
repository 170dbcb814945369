/** Whether paths are written as on Windows. */
export interface PathStyle {
  windows?: boolean;
}

/**
 * The `file:` URL of a path. Done with `URL` alone: what loads an app runs under
 * the app's own import map, and has to be quick.
 *
 * @param path The path.
 * @param cwd The folder that it is taken from, if it is not absolute.
 */
export function toFileUrl(
  path: string,
  cwd = "/",
  { windows = Deno.build.os === "windows" }: PathStyle = {},
): URL {
  const base = new URL(`file://${rooted(encodePath(cwd, windows))}/`);
  const encoded = encodePath(path, windows);
  if (windows) {
    if (/^[a-z]:\//i.test(encoded)) return new URL(`file:///${encoded}`);
    if (encoded.startsWith("//")) return new URL(`file:${encoded}`);
  }
  // Without "./" the name "a:b.ts" would be a URL; "//" would begin a host.
  const isRooted = encoded.startsWith("/");
  return new URL(isRooted ? rooted(encoded) : `./${encoded}`, base);
}

/**
 * The path of a `file:` URL. Throws for none: what is encoded wrongly stands for
 * itself, as in Deno.
 */
export function fromFileUrl(
  url: string | URL,
  { windows = Deno.build.os === "windows" }: PathStyle = {},
): string {
  const { hostname, pathname } = new URL(url);
  const path = decodePath(pathname);
  if (!windows) return path;
  const local = path.replaceAll("/", "\\");
  if (hostname !== "") return `\\\\${hostname}${local}`;
  return local.replace(/^\\(?=[a-z]:)/i, "");
}

/** Encodes what a URL parser would take out, or for something else. */
function encodePath(path: string, windows: boolean): string {
  const encoded = path.replace(
    // deno-lint-ignore no-control-regex -- a file name can hold any of these
    windows ? /[%?#\x00-\x20]/g : /[%?#\\\x00-\x20]/g,
    (char) => encodeURIComponent(char),
  );
  if (!windows) return encoded;
  // A verbatim path, "\\?\C:\x", is "C:\x" here; its "?" is encoded by now.
  return encoded.replaceAll("\\", "/").replace(/^\/\/(?:%3F|\.)\//, "");
}

function rooted(path: string): string {
  return "/" + path.replace(/^\/+|\/+$/g, "");
}

function decodePath(pathname: string): string {
  return pathname.replace(/(?:%[\da-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      // No UTF-8.
      return bytes;
    }
  });
}
