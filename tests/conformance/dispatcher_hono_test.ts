// The cases of Hono's tests for `app.mount()`. Only inputs and outcomes are
// taken over. What is Hono's own (its middleware around, options for `env`, a
// result that is no Response) is left out.
//
// honojs/hono, src/hono.test.ts at 28a9c128 (4.13.3), "app.mount()", MIT,
// copyright 2021 to present Yusuke Wada and Hono contributors
import { assertEquals } from "@std/assert";
import { dispatcher } from "../../middleware/dispatcher/dispatcher.ts";
import type { Handler } from "../../serving/handler.ts";
import { INFO } from "../middleware/_info.ts";

/** The app of those tests: some paths, a header and the query. */
const anotherApp: Handler = (request) => {
  const { pathname, searchParams } = new URL(request.url);
  switch (pathname) {
    case "/":
      return new Response("AnotherApp");
    case "/hello":
      return new Response("Hello from AnotherApp");
    case "/good/night":
      return new Response("Good Night from AnotherApp");
    case "/header":
      return new Response(request.headers.get("x-message"));
    case "/with-query":
      return new Response(searchParams.toString());
  }
  return new Response("Not Found from AnotherApp", { status: 404 });
};

const app: Handler = () => new Response("Hono");
const path: Handler = ({ url }) => new Response(new URL(url).pathname);

const handler = dispatcher(app, {
  "/another-app": anotherApp,
  "/another-app2/sub-slash/": anotherApp,
  "/api": dispatcher(app, { "/another-app": anotherApp, "/é": path }),
  "/api/v1": path,
  "/path": path,
});

const CASES: [path: string, status: number, body: string][] = [
  ["/", 200, "Hono"],
  ["/another-app", 200, "AnotherApp"],
  ["/another-app/hello", 200, "Hello from AnotherApp"],
  ["/another-app/header", 200, "Message Foo!"],
  ["/another-app/not-found", 404, "Not Found from AnotherApp"],
  ["/another-app/with-query?foo=bar&baz=qux", 200, "foo=bar&baz=qux"],
  ["/another-app2/sub-slash", 200, "AnotherApp"],
  ["/api/another-app", 200, "AnotherApp"],
  ["/api/%C3%A9/hello", 200, "/hello"],
  ["/api/v1/admin%2Fsecret", 200, "/admin%2Fsecret"],
  ["/path/foo%252Fbar", 200, "/foo%252Fbar"],
];

for (const [target, status, body] of CASES) {
  Deno.test(`dispatcher() answers ${target} as Hono's app.mount()`, async () => {
    const request = new Request(`http://localhost${target}`, {
      headers: { "x-message": "Message Foo!" },
    });
    const response = await handler(request, INFO);
    assertEquals(response.status, status);
    assertEquals(await response.text(), body);
  });
}

const ROOT_CASES: [path: string, status: number, body: string][] = [
  ["/", 200, "AnotherApp"],
  ["/hello", 200, "Hello from AnotherApp"],
  ["/good/night", 200, "Good Night from AnotherApp"],
  ["/not-found", 404, "Not Found from AnotherApp"],
];

for (const [target, status, body] of ROOT_CASES) {
  Deno.test(`dispatcher() answers ${target} as Hono's mount on "/"`, async () => {
    const request = new Request(`http://localhost${target}`);
    const response = await dispatcher(app, { "/": anotherApp })(request, INFO);
    assertEquals(response.status, status);
    assertEquals(await response.text(), body);
  });
}
