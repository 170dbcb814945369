/** Where an app is mounted. */
export interface MountPoint {
  /** The key as the user wrote it, for messages. */
  readonly key: string;
  /** The hosts, `undefined` for any. */
  readonly host?: MountHost;
  /** The path without a slash at its end: `""` is every path. */
  readonly path: string;
}

/** The hosts of a mount point. */
export interface MountHost {
  /** The name as the URL parser writes it: lower case, Punycode. */
  readonly name: string;
  /** Whether it is every name below `name` instead. */
  readonly isWildcard: boolean;
  /** The port, `undefined` for any. */
  readonly port?: number;
}

/** Optional `*.`, a name or an address in brackets, an optional port. */
const AUTHORITY_REGEXP = /^(\*\.)?(\[[^\]]*\]|[^\s[\]@*:?#\\]+)(?::(\d+))?$/;

/** Segments that are not empty, perhaps a slash at the end. */
const PATH_REGEXP = /^(?:\/[^\s/\\?#]+)*\/?$/;

/** Segments that the URL parser resolves, so that no path has them. */
const DOTS_REGEXP = /\/(?:\.|%2e){1,2}(?=\/|$)/i;

/**
 * Parses the key of a mount: a path, a host, or a host with a path.
 *
 * @param key The key.
 * @returns The mount point.
 * @throws {SyntaxError} If it is none of these.
 */
export function parseMount(key: string): MountPoint {
  const slash = key.indexOf("/");
  const authority = slash < 0 ? key : key.slice(0, slash);
  const path = slash < 0 ? "" : parsePath(key, key.slice(slash));
  if (authority === "" && slash === 0) return { key, path };
  return { key, host: parseHost(key, authority), path };
}

function parsePath(key: string, path: string): string {
  if (!PATH_REGEXP.test(path) || DOTS_REGEXP.test(path)) throw refusal(key);
  const url = URL.parse(`http://localhost${path}`);
  if (url === null) throw refusal(key);
  return url.pathname.replace(/\/$/, "");
}

function parseHost(key: string, authority: string): MountHost {
  const [, wildcard, name, port] = AUTHORITY_REGEXP.exec(authority) ?? [];
  const url = name === undefined ? null : URL.parse(`http://${name}/`);
  if (url === null || Number(port ?? 0) > 65535) throw refusal(key);
  return {
    name: withoutRoot(url.hostname),
    isWildcard: wildcard !== undefined,
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** `localhost.` is `localhost`, written with the root of all names. */
export function withoutRoot(hostname: string): string {
  return hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
}

function refusal(key: string): SyntaxError {
  return new SyntaxError(
    `Cannot mount an app as its key must be a path such as "/api", a host such as "api.localhost", "*.localhost" or "localhost:8000", or both: current value is "${key}"`,
  );
}
