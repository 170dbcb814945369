import {
  type MountHost,
  type MountPoint,
  withoutRoot,
} from "./_parse_mount.ts";

/** The ports that a URL leaves out. */
const DEFAULT_PORTS: Record<string, number> = { "http:": 80, "https:": 443 };

/**
 * Tells whether an app is mounted at a URL.
 *
 * @param mount Where the app is.
 * @param url The URL of a request.
 */
export function matchesMount({ host, path }: MountPoint, url: URL): boolean {
  const isAtPath = url.pathname.startsWith(path) &&
    (url.pathname.length === path.length || path === "" ||
      url.pathname[path.length] === "/");
  return isAtPath && (host === undefined || matchesHost(host, url));
}

function matchesHost({ name, isWildcard, port }: MountHost, url: URL): boolean {
  const hostname = withoutRoot(url.hostname);
  const isName = isWildcard ? hostname.endsWith(`.${name}`) : hostname === name;
  return isName && (port === undefined || port === portOf(url));
}

function portOf(url: URL): number | undefined {
  return url.port === "" ? DEFAULT_PORTS[url.protocol] : Number(url.port);
}

/**
 * Orders mounts so that the first that matches is the one that says most: a
 * host before a wildcard before any host, then longer names, then those with a
 * port, then longer paths.
 */
export function compareMounts(a: MountPoint, b: MountPoint): number {
  const others = weigh(b);
  const differences = weigh(a).map((weight, i) => (others[i] ?? 0) - weight);
  return differences.find((difference) => difference !== 0) ?? 0;
}

function weigh({ host, path }: MountPoint): number[] {
  return [
    host === undefined ? 0 : host.isWildcard ? 1 : 2,
    host?.name.length ?? 0,
    host?.port === undefined ? 0 : 1,
    path.length,
  ];
}
