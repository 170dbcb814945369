/** What a handler learns about a request besides the request itself. */
export interface ServeInfo {
  /** The address of the client, as the socket has it. */
  readonly remoteAddr: Deno.Addr;
  /** Settles when the response has been sent, rejects if it could not be. */
  readonly completed: Promise<void>;
  /** The address that was bound and took the request, where it is known. */
  readonly localAddr?: Deno.Addr;
  /**
   * The part of the path that middleware has taken off the URL: where the app is
   * mounted, such as `/api`. WSGI calls it `SCRIPT_NAME` (PEP 3333).
   */
  readonly scriptName?: string;
  /** The certificate of the client, where the server has asked for one. */
  readonly clientCertificate?: ClientCertificate;
}

/** The certificate of a client, which was checked (RFC 5280). */
export interface ClientCertificate {
  /** Who the client is: `{ CN: "alice", O: "Example" }`. */
  readonly subject: Readonly<Record<string, string | string[] | undefined>>;
  /** Who has signed it. */
  readonly issuer: Readonly<Record<string, string | string[] | undefined>>;
  /** The other names of the client: `email:alice@example.com`. */
  readonly names: readonly string[];
  /** The serial number in hexadecimal digits. */
  readonly serialNumber: string;
  /** The SHA-256 of the certificate. */
  readonly fingerprint256: string;
  /** From when it is valid. */
  readonly validFrom: Date;
  /** Until when it is valid. */
  readonly validTo: Date;
}

/**
 * An application: a function from a request to its response. Middleware may tell
 * it more than {@linkcode ServeInfo}.
 *
 * @param request The request.
 * @param info What is known about the connection.
 * @returns The response.
 */
export type Handler<Info extends ServeInfo = ServeInfo> = (
  request: Request,
  info: Info,
) => Response | Promise<Response>;

/** An object with a `fetch` method, the contract of `deno serve`. */
export interface FetchApp {
  /** The handler. */
  fetch: Handler;
  /** Called with each address when it is listened on. */
  onListen?: (address: Deno.Addr) => void;
}

/** What can be served: a handler, or an object with a `fetch` handler. */
export type App = Handler | FetchApp;
