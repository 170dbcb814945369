import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { application } from "../../serving/application.ts";
import { fromWsgi } from "../../serving/from_wsgi.ts";
import type { Handler, ServeInfo } from "../../serving/handler.ts";
import type {
  StartResponse,
  WsgiApp,
  WsgiEnviron,
} from "../../serving/wsgi.ts";
import { INFO, serveHandler, serveWsgi } from "./_wsgi_serve.ts";

const REQUEST = new Request("http://example.test/path");

/** Calls a function with environ and `startResponse()` as its last arguments. */
async function callWsgi(
  call: (environ: WsgiEnviron, startResponse: StartResponse) => unknown,
  request = REQUEST,
): Promise<Response> {
  // What is called is known only at run time, as it is with decorated methods.
  const app = call as WsgiApp;
  return await fromWsgi((environ, start) => app(environ, start))(request, INFO);
}

Deno.test("application() makes a WSGI-style app of a handler", async () => {
  const app = application((request) =>
    new Response(`${request.method} ${new URL(request.url).pathname}`, {
      status: 201,
    })
  );
  await using server = serveWsgi(app);
  const response = await fetch(`${server.url}/a/b`, { method: "DELETE" });
  assertEquals(response.status, 201);
  assertEquals(await response.text(), "DELETE /a/b");
});

Deno.test("application() passes info after the request", async () => {
  const infos: ServeInfo[] = [];
  const app = application((_, info) => {
    infos.push(info);
    return new Response();
  });
  await callWsgi(app);
  assertStrictEquals(infos[0], INFO);
});

Deno.test("application() leaves the function a handler", async () => {
  const app: Handler = application((request, info) => {
    assertStrictEquals(info.remoteAddr.transport, "tcp");
    return new Response(new URL(request.url).pathname);
  });
  await using server = serveHandler(app);
  assertEquals(await (await fetch(`${server.url}/direct`)).text(), "/direct");
});

Deno.test("application() leaves a function of no arguments a handler", async () => {
  // Deno.serve() passes no request to handlers whose length is 0.
  await using server = serveHandler(application(() => new Response("hi")));
  assertEquals(await (await fetch(server.url)).text(), "hi");
});

Deno.test("application() passes arguments ahead of the request through", async () => {
  const seen: unknown[] = [];
  const greet = application((a: number, b: string, request: Request) => {
    seen.push(a, b, request);
    return new Response(`${a}${b}`);
  });
  const response = await callWsgi((environ, start) =>
    greet(1, "two", environ, start)
  );
  assertEquals(await response.text(), "1two");
  assertEquals(seen.slice(0, 2), [1, "two"]);
  assertStrictEquals(seen[2], REQUEST);
  const direct = await greet(3, "four", REQUEST);
  assertEquals(await direct.text(), "3four");
});

Deno.test("application() works on partially applied functions", async () => {
  const add = (a: number, b: number, _request: Request) =>
    new Response(String(a + b));
  const inner = application(add.bind(null, 1, 2));
  assertEquals(await (await callWsgi(inner)).text(), "3");
  const outer: unknown = application(add).bind(null, 3, 4);
  assertEquals(await (await callWsgi(outer as WsgiApp)).text(), "7");
});

Deno.test("application() decorates methods", async () => {
  class Site {
    #name = "site";
    static title = "static";

    @application
    index(request: Request): Response {
      return new Response(`${this.#name} ${new URL(request.url).pathname}`);
    }

    @application
    async page(
      id: number,
      request: Request,
      info: ServeInfo,
    ): Promise<Response> {
      const body = `${this.#name} ${id} ${await request.text()}`;
      assertStrictEquals(info, INFO);
      return new Response(body);
    }

    @application
    static about(_request: Request): Response {
      return new Response(this.title);
    }
  }

  const site = new Site();
  const index = site.index.bind(site) as unknown as WsgiApp;
  assertEquals(await (await callWsgi(index)).text(), "site /path");
  const about = Site.about.bind(Site) as unknown as WsgiApp;
  assertEquals(await (await callWsgi(about)).text(), "static");
  const post = new Request(REQUEST, { method: "POST", body: "text" });
  const page = site.page.bind(site, 7) as unknown as WsgiApp;
  assertEquals(await (await callWsgi(page, post)).text(), "site 7 text");
});

Deno.test("application() keeps decorated methods callable with a request", async () => {
  class Site {
    @application
    index(request: Request): Response {
      return new Response(request.url);
    }
  }
  const site = new Site();
  // No promise: the method is as synchronous as it was.
  const response: Response = site.index(REQUEST);
  assertInstanceOf(response, Response);
  assertEquals(await response.text(), REQUEST.url);
  await using server = serveHandler((request) => site.index(request));
  assertEquals(await (await fetch(server.url)).text(), `${server.url}/`);
});

Deno.test("application() keeps decorated methods overridable", async () => {
  class Base {
    @application
    index(_request: Request): Response {
      return new Response("base");
    }
  }
  class Derived extends Base {
    override index(request: Request): Response {
      const { status } = super.index(request);
      return new Response(`derived of ${status}`);
    }
  }
  assertEquals(await new Derived().index(REQUEST).text(), "derived of 200");
});

Deno.test("application() uses a thrown response", async () => {
  const refuse = () => {
    throw new Response("no", { status: 403, headers: { "x-why": "tests" } });
  };
  for (
    const app of [
      application(refuse),
      application(() => Promise.resolve().then(refuse)),
    ]
  ) {
    for (const response of [await callWsgi(app), await app(REQUEST, INFO)]) {
      assertEquals(response.status, 403);
      assertEquals(response.headers.get("x-why"), "tests");
      assertEquals(await response.text(), "no");
    }
  }
});

Deno.test("application() lets all other errors pass", async () => {
  const error = new Error("failed");
  for (
    const app of [
      application(() => {
        throw error;
      }),
      application(() => Promise.reject(error)),
    ]
  ) {
    assertStrictEquals(await assertRejects(() => callWsgi(app)), error);
    assertStrictEquals(
      await assertRejects(async () => await app(REQUEST, INFO)),
      error,
    );
  }
});

Deno.test("application() keeps the name of the function", () => {
  function index(): Response {
    return new Response();
  }
  assertEquals(application(index).name, "index");
});

Deno.test("application() throws TypeError when given something other than a function or method", () => {
  assertThrows(
    () => application("app" as unknown as Handler),
    TypeError,
    `Cannot make an application of anything but a function or a method: current value is "app"`,
  );
  // TypeScript would refuse this, too.
  const decorate = application as unknown as (
    value: undefined,
    context: ClassFieldDecoratorContext,
  ) => void;
  assertThrows(
    () =>
      class {
        @decorate
        index = () => new Response();
      },
    TypeError,
    `a function or a method: current value is "field"`,
  );
});
