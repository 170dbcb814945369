/** Whether paths are written as on Windows. */
export interface PathStyle {
  windows?: boolean;
}

/**
 * The `file:` URL of a path, taken from the folder `cwd`. Done with `URL` alone:
 * what loads an app runs under the app's own import map, and has to be quick.
 */
export function toFileUrl(
  path: string,
  cwd: string,
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

/** The path of a `file:` URL. */
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
  try {
    return decodeURIComponent(pathname);
  } catch {
    // Not of our making: "%" without two digits. It is its own name then.
    return pathname;
  }
}
