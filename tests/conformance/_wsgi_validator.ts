// The rules of wsgiref's validator as middleware: they hold for the server on one
// side and for the app on the other. Left out is what has no meaning in
// JavaScript (keyword arguments, subclasses of `str`); a status without a phrase,
// only a warning there, is let pass.
//
// python/cpython, Lib/wsgiref/validate.py at 17de842c, MIT, copyright 2005 Ian
// Bicking and contributors
import { assert, assertEquals } from "@std/assert";
import type {
  StartResponse,
  WsgiApp,
  WsgiBody,
  WsgiEnviron,
} from "../../serving/wsgi.ts";

/** Middleware that throws an `AssertionError` when a rule is broken. */
export function validator(
  app: WsgiApp,
  onClose: () => void = () => {},
): WsgiApp {
  return async (environ, startResponse) => {
    checkEnviron(environ);
    let isStarted = false;
    const checkedStart: StartResponse = (status, headers, ...rest) => {
      assert(rest.length <= 1, "Invalid number of arguments");
      checkStatus(status);
      checkHeaders(headers);
      checkContentType(status, headers);
      isStarted = true;
      const write = startResponse(status, headers, ...rest);
      return (chunk) => {
        assert(chunk instanceof Uint8Array);
        assertEquals(write(chunk), undefined);
      };
    };
    const body = await app(environ, checkedStart);
    assert(body, "The application must return an iterator");
    assert(
      typeof body !== "string" && !(body instanceof Uint8Array),
      "You should not return a string as your application iterator",
    );
    return validBody(body, () => isStarted, onClose);
  };
}

function validBody(
  body: WsgiBody,
  isStarted: () => boolean,
  onClose: () => void,
): WsgiBody {
  let isClosed = false;
  return {
    async *[Symbol.asyncIterator]() {
      for await (const chunk of body) {
        assert(!isClosed, "Iterator read after closed");
        assert(chunk instanceof Uint8Array, "Iterator yielded non-bytestring");
        assert(isStarted(), "start_response has not yet been called");
        yield chunk;
      }
    },
    async close() {
      assert(!isClosed, "Iterator closed twice");
      isClosed = true;
      onClose();
      await body.close?.();
    },
  };
}

function checkEnviron(environ: WsgiEnviron): void {
  assert(Object.getPrototypeOf(environ) === Object.prototype);
  for (
    const key of [
      "REQUEST_METHOD",
      "SERVER_NAME",
      "SERVER_PORT",
      "QUERY_STRING",
      "wsgi.version",
      "wsgi.input",
      "wsgi.errors",
      "wsgi.multithread",
      "wsgi.multiprocess",
      "wsgi.run_once",
    ]
  ) assert(key in environ, `Environment missing required key: ${key}`);
  for (const key of ["HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"]) {
    assert(!(key in environ), `Environment should not have the key: ${key}`);
  }
  for (const [key, value] of Object.entries(environ)) {
    if (key.includes(".")) continue;
    assertEquals(typeof value, "string", `${key} is not a string`);
  }
  assertEquals(environ["wsgi.version"], [1, 0]);
  assert(["http", "https"].includes(environ["wsgi.url_scheme"]));

  const input = environ["wsgi.input"];
  for (const name of ["read", "readline", "readlines"] as const) {
    assertEquals(typeof input[name], "function");
  }
  assertEquals(typeof input[Symbol.asyncIterator], "function");
  const errors = environ["wsgi.errors"];
  for (const name of ["flush", "write", "writelines"] as const) {
    assertEquals(typeof errors[name], "function");
  }

  const { SCRIPT_NAME, PATH_INFO, CONTENT_LENGTH } = environ;
  assert(!SCRIPT_NAME || SCRIPT_NAME.startsWith("/"));
  assert(!PATH_INFO || PATH_INFO.startsWith("/"));
  assert(!CONTENT_LENGTH || Number(CONTENT_LENGTH) >= 0);
  assert(SCRIPT_NAME || "PATH_INFO" in environ);
  assert(SCRIPT_NAME !== "/", "SCRIPT_NAME cannot be '/'");
}

function checkStatus(status: unknown): asserts status is string {
  assert(typeof status === "string", "Status must be of type str");
  const [code = ""] = status.split(" ");
  assertEquals(code.length, 3, "Status codes must be three characters");
  assert(Number(code) >= 100, "Status code is invalid");
}

function checkHeaders(headers: ReadonlyArray<unknown>): void {
  assert(Array.isArray(headers), "Headers must be of type list");
  for (const item of headers) {
    assert(Array.isArray(item), "Individual headers must be of type tuple");
    assertEquals(item.length, 2);
    const [name, value] = item;
    assert(typeof name === "string" && typeof value === "string");
    assert(name.toLowerCase() !== "status", "Status cannot be used");
    assert(/^[a-zA-Z][a-zA-Z0-9\-_]*$/.test(name), "Bad header name");
    assert(!/[-_]$/.test(name), "Names may not end in '-' or '_'");
    // deno-lint-ignore no-control-regex -- these are what is looked for
    assert(!/[\x00-\x1f]/.test(value), "Bad header value");
  }
}

function checkContentType(
  status: string,
  headers: ReadonlyArray<readonly [string, string]>,
): void {
  const isBodyless = ["204", "304"].includes(status.slice(0, 3));
  const hasType = headers.some(([name]) =>
    name.toLowerCase() === "content-type"
  );
  assertEquals(hasType, !isBodyless, "Content-Type does not fit the status");
}
