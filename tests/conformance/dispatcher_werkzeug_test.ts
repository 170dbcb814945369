// The case of Werkzeug's tests for DispatcherMiddleware. Only inputs and
// outcomes are taken over.
//
// pallets/werkzeug, tests/middleware/test_dispatcher.py at 1b00618e,
// BSD-3-Clause, copyright 2007 Pallets
import { assertEquals } from "@std/assert";
import { dispatcher } from "../../middleware/dispatcher/dispatcher.ts";
import type { Handler } from "../../serving/handler.ts";
import { INFO } from "../middleware/_info.ts";

const notFound: Handler = () => new Response("NOT FOUND", { status: 404 });
const dummy: Handler = (_request, { scriptName }) => new Response(scriptName);

const handler = dispatcher(notFound, { "/test1": dummy, "/test2/very": dummy });

const CASES: [path: string, status: number, body: string][] = [
  ["/test1", 200, "/test1"],
  ["/test1/asfd", 200, "/test1"],
  ["/test1/very", 200, "/test1"],
  ["/test2/very", 200, "/test2/very"],
  ["/test2/very/long/path/after/script/name", 200, "/test2/very"],
  ["/missing", 404, "NOT FOUND"],
];

for (const [path, status, body] of CASES) {
  Deno.test(`dispatcher() answers ${path} as Werkzeug's test_dispatcher`, async () => {
    const request = new Request(`http://localhost${path}`);
    const response = await handler(request, INFO);
    assertEquals(response.status, status);
    assertEquals(await response.text(), body);
  });
}
