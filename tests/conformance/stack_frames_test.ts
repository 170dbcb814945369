// What stacktrace-parser 0.1 (test/stack-trace-parser.spec.js, MIT) and
// error-stack-parser 2 (spec/error-stack-parser-spec.js, MIT) expect of stacks
// as V8 writes them: each shape that their tests have, in words of our own.
// Differing from both, frames without a line are left out, and a name always has
// a blank after it, which one of theirs has lost on its way.
import { assertEquals } from "@std/assert";
import { parseStack } from "../../middleware/debugger/report/_parse_stack.ts";

interface Case {
  readonly shape: string;
  readonly stack: string;
  readonly frames: [name: string | undefined, place: string][];
}

const CASES: readonly Case[] = [
  {
    shape: "functions and top-level code (Chrome 15)",
    stack: `TypeError: Object #<Thing> has no method 'go'
    at inner (http://host/dir/app.js:13:17)
    at inner (http://host/dir/app.js:16:5)
    at outer (http://host/dir/app.js:20:5)
    at http://host/dir/app.js:24:4`,
    frames: [
      ["inner", "http://host/dir/app.js:13:17"],
      ["inner", "http://host/dir/app.js:16:5"],
      ["outer", "http://host/dir/app.js:20:5"],
      [undefined, "http://host/dir/app.js:24:4"],
    ],
  },
  {
    shape: "ports, and names with blanks and brackets (Chrome 36)",
    stack: `Error: Default error
    at fail (http://localhost:8080/app.js:41:27)
    at Button.onclick (http://localhost:8080/app.js:107:146)
    at A.b.c.(anonymous function) [as index] (http://localhost:8080/app.js:10:3651)`,
    frames: [
      ["fail", "http://localhost:8080/app.js:41:27"],
      ["Button.onclick", "http://localhost:8080/app.js:107:146"],
      [
        "A.b.c.(anonymous function) [as index]",
        "http://localhost:8080/app.js:10:3651",
      ],
    ],
  },
  {
    shape: "constructors (Chrome 46)",
    stack: `Error: Default error
    at new OwnError (http://localhost:8080/app.js:41:27)
    at Button.onclick (http://localhost:8080/app.js:107:146)`,
    frames: [
      ["new OwnError", "http://localhost:8080/app.js:41:27"],
      ["Button.onclick", "http://localhost:8080/app.js:107:146"],
    ],
  },
  {
    shape: "eval in eval, at the place of the outermost (Chrome 48)",
    stack: `Error: message
    at third (eval at second (eval at first (http://localhost:8080/app.js:21:17)), <anonymous>:1:30)
    at second (eval at first (http://localhost:8080/app.js:21:17), <anonymous>:2:96)
    at eval (eval at first (http://localhost:8080/app.js:21:17), <anonymous>:4:18)
    at Object.first (http://localhost:8080/app.js:21:17)
    at http://localhost:8080/app.js:31:13`,
    frames: [
      ["third", "http://localhost:8080/app.js:21:17"],
      ["second", "http://localhost:8080/app.js:21:17"],
      ["eval", "http://localhost:8080/app.js:21:17"],
      ["Object.first", "http://localhost:8080/app.js:21:17"],
      [undefined, "http://localhost:8080/app.js:31:13"],
    ],
  },
  {
    shape: "blob URLs, and a built-in function without a place (Chrome 48)",
    stack: `Error: message
    at Error (native)
    at s (blob:http%3A//localhost%3A8080/0c40-9a37:31:29146)
    at Object.d [as add] (blob:http%3A//localhost%3A8080/0c40-9a37:31:30039)
    at blob:http%3A//localhost%3A8080/fe0f-712a:15:10978`,
    frames: [
      ["s", "blob:http%3A//localhost%3A8080/0c40-9a37:31:29146"],
      [
        "Object.d [as add]",
        "blob:http%3A//localhost%3A8080/0c40-9a37:31:30039",
      ],
      [undefined, "blob:http%3A//localhost%3A8080/fe0f-712a:15:10978"],
    ],
  },
  {
    shape: "URLs of a bundler",
    stack: `TypeError: Cannot read property 'error' of undefined
    at Page.eval (webpack:///./src/page.jsx?:295:108)
    at Page.render (webpack:///./src/page.jsx?:272:32)
    at Page.show (webpack:///./~/lib/index.js?:34:31)`,
    frames: [
      ["Page.eval", "webpack:///./src/page.jsx?:295:108"],
      ["Page.render", "webpack:///./src/page.jsx?:272:32"],
      ["Page.show", "webpack:///./~/lib/index.js?:34:31"],
    ],
  },
  {
    shape: "no place at all",
    stack: "error\n at Array.forEach (native)",
    frames: [],
  },
  {
    shape: "a message of several lines",
    stack: `Error: Problem at this
location. Code:1234
    at http://host/app.js:47:22
    at go (http://host/app.js:52:15)`,
    frames: [
      [undefined, "http://host/app.js:47:22"],
      ["go", "http://host/app.js:52:15"],
    ],
  },
  {
    shape: "paths of Node with blanks, brackets and backslashes",
    stack: `Error: message
    at Object.<anonymous> (/var/my project/index.js:2:9)
    at Module._compile (internal/modules/cjs/loader.js:774:30)
    at load (/var/lib (copy)/a.js:1:2)
    at C:\\dir\\app.js:3:4
    at go (C:\\dir name\\app.js:5:6)
    at async Promise.all (index 0)
    at async start (/var/a.js:7:8)`,
    frames: [
      [undefined, "/var/my project/index.js:2:9"],
      ["Module._compile", "internal/modules/cjs/loader.js:774:30"],
      ["load", "/var/lib (copy)/a.js:1:2"],
      [undefined, "C:\\dir\\app.js:3:4"],
      ["go", "C:\\dir name\\app.js:5:6"],
      ["start", "/var/a.js:7:8"],
    ],
  },
];

for (const { shape, stack, frames } of CASES) {
  Deno.test(`parseStack() reads ${shape}`, () => {
    const read = parseStack(stack).map((
      { functionName, url, line, column },
    ) => [functionName, `${url}:${line}:${column}`]);
    assertEquals<unknown>(read, frames);
  });
}
