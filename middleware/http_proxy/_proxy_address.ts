/** Where a target is. */
export interface TargetAddress {
  /** The URL for people to read: without credentials. */
  readonly shown: string;
  /** Whether to use TLS. */
  readonly isSecure: boolean;
  /** Where to connect to. */
  readonly address:
    | { readonly host: string; readonly port: number }
    | { readonly socketPath: string };
  /** The path of the URL, without a slash at the end. */
  readonly basePath: string;
  /** `Basic` credentials from the URL. */
  readonly authorization: string | undefined;
}

/**
 * Checks the URL of a target.
 *
 * @param key The prefix, for messages.
 * @param target The URL.
 * @returns The URL.
 * @throws {TypeError} If it is none of a server.
 */
export function parseTargetUrl(key: string, target: unknown): URL {
  const url = typeof target === "string" ? URL.parse(target) : null;
  const isUnix = url?.protocol === "unix:";
  if (
    !url || url.search || url.hash ||
    ![url.username, url.password, url.pathname].every(isDecodable) ||
    (isUnix
      ? url.host !== "" || url.pathname.length < 2
      : !/^https?:$/.test(url.protocol))
  ) {
    // The URL may hold a password, so that it is not shown.
    throw new TypeError(
      `Cannot proxy "${key}": the target must be a URL such as "http://127.0.0.1:9000" or "unix:///path/to.sock" without a query`,
    );
  }
  return url;
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

/** Tells what a URL says about where to connect to. */
export function whereTo(url: URL): TargetAddress {
  if (url.protocol === "unix:") {
    const socketPath = decodeURIComponent(url.pathname);
    return {
      shown: `unix://${url.pathname}`,
      isSecure: false,
      address: { socketPath },
      basePath: "",
      authorization: undefined,
    };
  }
  const isSecure = url.protocol === "https:";
  const basePath = url.pathname.replace(/\/+$/, "");
  return {
    shown: `${url.origin}${basePath}`,
    isSecure,
    address: {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: Number(url.port || (isSecure ? 443 : 80)),
    },
    basePath,
    authorization: credentialsOf(url),
  };
}

function credentialsOf({ username, password }: URL): string | undefined {
  if (!username && !password) return undefined;
  const credentials = `${decodeURIComponent(username)}:${
    decodeURIComponent(password)
  }`;
  return `Basic ${new TextEncoder().encode(credentials).toBase64()}`;
}
