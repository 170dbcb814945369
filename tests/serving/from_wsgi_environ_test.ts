import {
  assertEquals,
  assertExists,
  assertFalse,
  assertMatch,
  assertStrictEquals,
} from "@std/assert";
import { VERSION } from "../../serving/_version.ts";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import type { ServeInfo } from "../../serving/handler.ts";
import type { WsgiEnviron, WsgiErrors } from "../../serving/wsgi.ts";
import { rawRequest } from "../_raw_http.ts";
import { INFO, serveWsgi } from "./_wsgi_serve.ts";

/** The environ of a request that was sent as these bytes. */
async function environOf(request: string): Promise<WsgiEnviron> {
  const seen: WsgiEnviron[] = [];
  await using server = serveWsgi((environ, startResponse) => {
    seen.push(environ);
    startResponse("204 No Content", []);
    return [];
  });
  const response = await rawRequest(server.port, request);
  assertEquals(response.status, 204);
  return seen[0]!;
}

function get(target: string): Promise<WsgiEnviron> {
  return environOf(
    `GET ${target} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`,
  );
}

/** The environ of a request without a socket. */
async function environFrom(
  request: Request,
  info: ServeInfo = INFO,
): Promise<WsgiEnviron> {
  const seen: WsgiEnviron[] = [];
  const handler = fromWsgi((environ, startResponse) => {
    seen.push(environ);
    startResponse("204 No Content", []);
    return [];
  });
  await handler(request, info);
  return seen[0]!;
}

Deno.test("fromWsgi() describes the request as PEP 3333 has it", async () => {
  const environ = await environOf(
    "POST /a/b?x=%20y HTTP/1.1\r\nHost: example.test:81\r\n" +
      "Content-Type: text/plain\r\nContent-Length: 2\r\n" +
      "X-One: 1\r\nX-Two: a\r\nx-two: b\r\nConnection: close\r\n\r\nhi",
  );
  const {
    "wsgi.input": _input,
    "wsgi.errors": _errors,
    "wsgi.file_wrapper": _wrap,
    "devserve.request": request,
    "devserve.info": info,
    REMOTE_PORT,
    ...rest
  } = environ;
  assertEquals(rest as Record<string, unknown>, {
    REQUEST_METHOD: "POST",
    SCRIPT_NAME: "",
    PATH_INFO: "/a/b",
    QUERY_STRING: "x=%20y",
    RAW_URI: "/a/b?x=%20y",
    REQUEST_URI: "/a/b?x=%20y",
    SERVER_NAME: "example.test",
    SERVER_PORT: "81",
    SERVER_PROTOCOL: "HTTP/1.1",
    SERVER_SOFTWARE: `devserve/${VERSION}`,
    REMOTE_ADDR: "127.0.0.1",
    CONTENT_TYPE: "text/plain",
    CONTENT_LENGTH: "2",
    HTTP_HOST: "example.test:81",
    HTTP_CONNECTION: "close",
    HTTP_X_ONE: "1",
    HTTP_X_TWO: "a, b",
    "wsgi.version": [1, 0],
    "wsgi.url_scheme": "http",
    "wsgi.input_terminated": true,
    "wsgi.multithread": false,
    "wsgi.multiprocess": false,
    "wsgi.run_once": false,
  });
  assertMatch(String(REMOTE_PORT), /^\d+$/);
  assertExists(info);
  assertEquals(request?.url, "http://example.test:81/a/b?x=%20y");
});

Deno.test("fromWsgi() decodes PATH_INFO as UTF-8 and keeps the raw target", async () => {
  for (
    const [target, path, query] of [
      ["/caf%C3%A9", "/café", ""],
      ["/%E2%98%83%ef%bb%bf", "/☃\ufeff", ""],
      ["/a%2Fb", "/a/b", ""],
      ["/%80%ff", "/\ufffd\ufffd", ""],
      ["/100%/%zz/%4", "/100%/%zz/%4", ""],
      ["/%2541", "/%41", ""],
      ["/a/../b/./c", "/a/../b/./c", ""],
      ["/a\\b|{}", "/a\\b|{}", ""],
      ["/?", "/", ""],
      ["/?a?b=%2F+", "/", "a?b=%2F+"],
      ["/a%3Fb?c", "/a?b", "c"],
    ] as const
  ) {
    const environ = await get(target);
    assertEquals(environ.PATH_INFO, path, target);
    assertEquals(environ.QUERY_STRING, query, target);
    assertEquals(environ.RAW_URI, target);
    assertEquals(environ.REQUEST_URI, target);
  }
});

Deno.test("fromWsgi() makes one slash of several at the start of PATH_INFO", async () => {
  for (const target of ["//evil.test/x", "///evil.test/x", "/%2Fevil.test/x"]) {
    const environ = await get(target);
    assertEquals(environ.PATH_INFO, "/evil.test/x");
    assertEquals(environ.RAW_URI, target);
    assertEquals(environ.HTTP_HOST, "test");
  }
});

Deno.test("fromWsgi() drops headers that forge others with an underscore", async () => {
  const environ = await environOf(
    "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" +
      "X-Forwarded-For: 192.0.2.7\r\nX_Forwarded_For: 127.0.0.1\r\n" +
      "X_Forwarded-Host: evil.test\r\nContent_Length: 100\r\n" +
      "Content_Type: text/evil\r\nREMOTE_ADDR: 10.0.0.1\r\n\r\n",
  );
  assertEquals(environ.HTTP_X_FORWARDED_FOR, "192.0.2.7");
  assertFalse("HTTP_X_FORWARDED_HOST" in environ);
  assertFalse("CONTENT_LENGTH" in environ);
  assertFalse("HTTP_CONTENT_LENGTH" in environ);
  assertFalse("CONTENT_TYPE" in environ);
  assertFalse("HTTP_REMOTE_ADDR" in environ);
  assertEquals(environ.REMOTE_ADDR, "127.0.0.1");
});

Deno.test("fromWsgi() takes the host of an absolute target for that of the header", async () => {
  const environ = await environOf(
    "GET http://a:b@missing.test:1337/index.html#ignore HTTP/1.1\r\n" +
      "Host: other.test\r\nConnection: close\r\n\r\n",
  );
  assertEquals(environ.HTTP_HOST, "missing.test:1337");
  assertEquals(environ.SERVER_NAME, "missing.test");
  assertEquals(environ.SERVER_PORT, "1337");
  assertEquals(environ.PATH_INFO, "/index.html");
});

Deno.test("fromWsgi() gives no HTTP_HOST when there was none", async () => {
  const environ = await environOf("GET / HTTP/1.0\r\n\r\n");
  assertFalse("HTTP_HOST" in environ);
  assertEquals(environ.SERVER_NAME, "localhost");
});

Deno.test("fromWsgi() names the bound address if it is known", async () => {
  const request = new Request("https://example.test/");
  for (
    const [hostname, name] of [["127.0.0.1", "127.0.0.1"], ["::1", "[::1]"]]
  ) {
    const localAddr = {
      transport: "tcp" as const,
      hostname: hostname!,
      port: 8443,
    };
    const environ = await environFrom(request, { ...INFO, localAddr });
    assertEquals(environ.SERVER_NAME, name);
    assertEquals(environ.SERVER_PORT, "8443");
  }
});

Deno.test("fromWsgi() names the host asked for if the bound address is not known", async () => {
  for (
    const [url, scheme, name, port] of [
      ["https://example.test/", "https", "example.test", "443"],
      ["http://example.test/", "http", "example.test", "80"],
      ["http://[::1]:8000/", "http", "[::1]", "8000"],
      ["http://[::1]/", "http", "[::1]", "80"],
    ] as const
  ) {
    const environ = await environFrom(new Request(url));
    assertEquals(environ["wsgi.url_scheme"], scheme);
    assertEquals(environ.SERVER_NAME, name);
    assertEquals(environ.SERVER_PORT, port);
    assertEquals(environ.REMOTE_ADDR, "192.0.2.1");
    assertEquals(environ.REMOTE_PORT, "1234");
  }
});

Deno.test({
  name: "fromWsgi() describes a request over a Unix socket",
  ignore: Deno.build.os === "windows",
  async fn() {
    const directory = await Deno.makeTempDir();
    const path = `${directory}/s`;
    const seen: WsgiEnviron[] = [];
    const server = Deno.serve(
      { path, onListen() {} },
      fromWsgi((environ, startResponse) => {
        seen.push(environ);
        startResponse("204 No Content", []);
        return [];
      }),
    );
    const head = "GET /x HTTP/1.1\r\nHost: example.test\r\n";
    await rawRequest({ path }, `${head}Connection: close\r\n\r\n`);
    await server.shutdown();
    await Deno.remove(directory, { recursive: true });
    const [environ] = seen;
    assertEquals(environ?.REMOTE_ADDR, "<local>");
    assertEquals(environ?.REMOTE_PORT, "0");
    assertEquals(environ?.SERVER_NAME, "example.test");
    assertEquals(environ?.SERVER_PORT, "80");
    assertEquals(environ?.["wsgi.url_scheme"], "http");
    assertEquals(environ?.PATH_INFO, "/x");
  },
});

Deno.test("fromWsgi() gives each request an environ of its own", async () => {
  const request = new Request("http://example.test/");
  const first = await environFrom(request);
  first.PATH_INFO = "/changed";
  assertEquals((await environFrom(request)).PATH_INFO, "/");
});

Deno.test("fromWsgi() passes on the given wsgi.errors", async () => {
  let written = "";
  const errors: WsgiErrors = {
    write: (text) => void (written += text),
    writelines: (lines) => void (written += [...lines].join("")),
    flush() {},
  };
  const handler = fromWsgi((environ, startResponse) => {
    assertStrictEquals(environ["wsgi.errors"], errors);
    environ["wsgi.errors"].write("a\n");
    environ["wsgi.errors"].writelines(["b\n", "c\n"]);
    environ["wsgi.errors"].flush();
    startResponse("204 No Content", []);
    return [];
  }, { errors });
  await handler(new Request("http://example.test/"), INFO);
  assertEquals(written, "a\nb\nc\n");
});

Deno.test("fromWsgi() writes wsgi.errors to standard error by default", async () => {
  const code = `
    import { fromWsgi } from ${
    JSON.stringify(import.meta.resolve("../../serving/from_wsgi.ts"))
  };
    const handler = fromWsgi((environ, startResponse) => {
      environ["wsgi.errors"].write("wrong: ");
      environ["wsgi.errors"].writelines(["é", "\\n"]);
      environ["wsgi.errors"].flush();
      startResponse("204 No Content", []);
      return [];
    });
    await handler(new Request("http://example.test/"), {
      remoteAddr: { transport: "tcp", hostname: "::1", port: 1 },
      completed: Promise.resolve(),
    });`;
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "wrong: é\n");
});

Deno.test("fromWsgi() passes on where the app is mounted", async () => {
  const request = new Request("http://test/users?x");
  const environ = await environFrom(request, { ...INFO, scriptName: "/api" });
  assertEquals(environ.SCRIPT_NAME, "/api");
  assertEquals(environ.PATH_INFO, "/users");
});
