import type { ServeInfo } from "./handler.ts";

/** Where a WSGI-style app reports errors: `environ["wsgi.errors"]`. */
export interface WsgiErrors {
  /** Writes text. Unlike `console.error`, adds no line break. */
  write(text: string): void;
  /** Writes each text, adding no line breaks. */
  writelines(lines: Iterable<string>): void;
  /** Makes sure that what was written is out. */
  flush(): void;
}

/**
 * The request body, read as it arrives: `environ["wsgi.input"]`.
 *
 * A socket cannot be waited for synchronously in JavaScript, so every method
 * returns a promise. {@linkcode WsgiBufferedInput} is the synchronous kind.
 *
 * Reads that the end of the response overtakes reject with
 * `Deno.errors.BadResource`. A size that is not a number is a `TypeError`, one
 * that is not an integer a `RangeError`.
 */
export interface WsgiInput {
  /**
   * Reads `size` bytes, fewer only when the body ends before. Without `size`,
   * or with a negative one, reads to the end. Empty means the end.
   */
  read(size?: number): Promise<Uint8Array>;
  /** Reads to the next `\n`, which is included, and at most `size` bytes. */
  readline(size?: number): Promise<Uint8Array>;
  /** Reads all lines, or as many as it takes to reach `hint` bytes. */
  readlines(hint?: number): Promise<Uint8Array[]>;
  /** Iterates over the lines. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
}

/**
 * The request body, in memory before the app is called: `environ["wsgi.input"]`
 * with the option `bufferInput` of {@linkcode fromWsgi}. Reads synchronously,
 * as in Python; `await` and `for await` work on it, too. A size that is not a
 * number is a `TypeError`, one that is not an integer a `RangeError`.
 */
export interface WsgiBufferedInput {
  /**
   * Reads `size` bytes, fewer only when the body ends before. Without `size`,
   * or with a negative one, reads to the end. Empty means the end.
   */
  read(size?: number): Uint8Array;
  /** Reads to the next `\n`, which is included, and at most `size` bytes. */
  readline(size?: number): Uint8Array;
  /** Reads all lines, or as many as it takes to reach `hint` bytes. */
  readlines(hint?: number): Uint8Array[];
  /** Iterates over the lines. */
  [Symbol.iterator](): Iterator<Uint8Array>;
}

/** What `wsgi.file_wrapper` can send, `Deno.FsFile` for one. */
export interface WsgiFile {
  /** Reads into `buffer`: the number of bytes, or `null` at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Called once when the file is not needed any more. */
  close?(): void;
}

/**
 * What an app gets to know about a request, as PEP 3333 defines it, with
 * `Uint8Array` for bytes.
 *
 * Where Python puts bytes into strings by way of latin-1, text is ordinary
 * Unicode text here: `PATH_INFO` is percent-decoded as UTF-8. Header values are
 * as the `Headers` class has them.
 *
 * @typeParam Input The kind of `wsgi.input`.
 */
export interface WsgiEnviron<Input = WsgiInput> {
  /** The method, like `GET`. */
  REQUEST_METHOD: string;
  /** The part of the path that led to this app, empty at the root. */
  SCRIPT_NAME: string;
  /**
   * The rest of the path, percent-decoded as UTF-8: bytes that are not UTF-8
   * become U+FFFD. Several slashes at its start become one, lest an app take
   * `//host` for a host. `RAW_URI` tells `%2F` and `/` apart.
   */
  PATH_INFO: string;
  /** What follows the `?`, undecoded, or an empty string. */
  QUERY_STRING: string;
  /** Path and query as the client sent them. */
  RAW_URI?: string;
  /** The same as `RAW_URI`, under its other usual name. */
  REQUEST_URI?: string;
  /** The address that took the request, brackets around IPv6 included. */
  SERVER_NAME: string;
  /** The port that took the request. */
  SERVER_PORT: string;
  /** `HTTP/1.1`, since Deno does not tell. */
  SERVER_PROTOCOL: string;
  /** Who serves. */
  SERVER_SOFTWARE?: string;
  /** The IP address of the client, `<local>` for a Unix socket. */
  REMOTE_ADDR?: string;
  /** The port of the client, `0` for a Unix socket. */
  REMOTE_PORT?: string;
  /** The header `Content-Type`, if it was sent. */
  CONTENT_TYPE?: string;
  /** The header `Content-Length`, if it was sent. */
  CONTENT_LENGTH?: string;
  /** `[1, 0]`. */
  "wsgi.version": readonly [major: number, minor: number];
  /** `http` or `https`. */
  "wsgi.url_scheme": string;
  /** The request body. */
  "wsgi.input": Input;
  /** Whether `wsgi.input` ends by itself where the body does. */
  "wsgi.input_terminated"?: boolean;
  /** Where errors are reported. */
  "wsgi.errors": WsgiErrors;
  /** Whether another thread may run the app at the same time. */
  "wsgi.multithread": boolean;
  /** Whether another process may run the app at the same time. */
  "wsgi.multiprocess": boolean;
  /** Whether the app is run only once. */
  "wsgi.run_once": boolean;
  /** Makes a body from a file: blocks of `blockSize` bytes, 8192 by default. */
  "wsgi.file_wrapper"?: (file: WsgiFile, blockSize?: number) => WsgiBody;
  /** The request that this describes. Reading its body empties `wsgi.input`. */
  "devserve.request"?: Request;
  /** What the handler learnt beside the request. */
  "devserve.info"?: ServeInfo;
  /** The other headers, `HTTP_ACCEPT` for `Accept`. */
  [header: `HTTP_${string}`]: string | undefined;
  /** Whatever middleware adds. */
  [name: string]: unknown;
}

/**
 * Sends bytes ahead of those that the app returns. They wait in memory until
 * the client takes them, so a returned iterable suits long bodies better.
 */
export type WsgiWrite = (chunk: Uint8Array) => void;

/**
 * Announces the response.
 *
 * A second call needs `excInfo`, the error that the app has caught. It replaces
 * the response, or throws that error when the first one is already on its way.
 *
 * @param status Status code and phrase, like `"404 Not Found"`.
 * @param headers Names and values, in order. A name may come more than once.
 * @param excInfo The error that is the reason for calling again.
 * @returns A function that sends bytes.
 */
export type StartResponse = (
  status: string,
  headers: ReadonlyArray<readonly [name: string, value: string]>,
  excInfo?: unknown,
) => WsgiWrite;

/** A response body: bytes, and what to do when they are not wanted any more. */
export type WsgiBody =
  & (Iterable<Uint8Array> | AsyncIterable<Uint8Array>)
  & {
    /** Called once: after the last bytes, an error, or the client's leaving. */
    close?(): void | Promise<void>;
  };

/**
 * A WSGI-style app: PEP 3333 in JavaScript. May be an `async` function or a
 * generator function, `async` or not.
 *
 * @typeParam Input The kind of `wsgi.input` that the app can read.
 * @param environ What is known about the request. The app may change it.
 * @param startResponse To be called before the first bytes.
 * @returns The response body.
 */
export type WsgiApp<Input = WsgiInput> = (
  environ: WsgiEnviron<Input>,
  startResponse: StartResponse,
) => WsgiBody | Promise<WsgiBody>;
