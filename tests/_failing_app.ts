/** An app that fails in a way of its own at each path. */
export const FAILING_APP: Readonly<Record<string, string>> = {
  "app.ts": `
import hono from "./hono_app.ts";
import tsx from "./page.tsx";

export const version = "1.2.3";
let parts = 0;

interface User { name: string; age: number }

function charge(user: User, apiKey: string): never {
  const amount = user.age * 2;
  throw new RangeError(\`Cannot charge \${amount} with \${apiKey.length}\`);
}

async function load(id: number): Promise<string> {
  await Promise.resolve();
  const row = { id, tags: ["x"] };
  throw new TypeError(\`No row \${row.id}\`);
}

async function service(factor: number): Promise<string> {
  const wanted = factor * 6;
  return await load(wanted);
}

class Account {
  #balance = 17;
  owner = "ann";
  withdraw(sum: number): never {
    const rest = this.#balance - sum;
    throw new Error(\`Rest \${rest}\`);
  }
}

function dive(depth: number): number {
  return dive(depth + 1) + 1;
}

function sync(): never {
  let user = { name: "ann", age: 21 };
  user = { ...user };
  return charge(user, ["k3y", "value"].join("-"));
}

const ROUTES: Record<string, (request: Request) => unknown> = {
  "/": () => new Response("ok"),
  "/sync": sync,
  async "/async"() {
    const factor = 7;
    const row = await service(factor);
    return new Response(row);
  },
  "/hono": (request) => hono.fetch(request),
  "/class": () => new Account().withdraw(20),
  "/tsx": tsx,
  async "/refused"(request) {
    const target = new URL(request.url).searchParams.get("port");
    return await fetch(\`http://127.0.0.1:\${target}/\`);
  },
  async "/missing"() {
    const path = "no_such_file.txt";
    return new Response(await Deno.readTextFile(path));
  },
  "/string"() {
    const why = 7;
    if (why > 1) throw "just <b>text</b>";
  },
  "/overflow": () => dive(0),
  "/stream": () => new Response(new ReadableStream({
    pull(controller) {
      const part = ++parts;
      if (part > 2) throw new Error("In the stream");
      controller.enqueue(new TextEncoder().encode("part"));
    },
  })),
  "/stray"() {
    Promise.reject(new Error("Nobody awaits"));
    return new Response("fine");
  },
  "/nothing": () => undefined,
  "/cause"() {
    try {
      sync();
    } catch (cause) {
      throw new Error("Outer", { cause });
    }
  },
};

export default (request: Request): Response => {
  const { pathname } = new URL(request.url);
  const route = ROUTES[pathname] ?? (() => new Response("none", { status: 404 }));
  return route(request) as Response;
};
`,
  "hono_app.ts": `
import { Hono } from "npm:hono@4";

const app = new Hono();

app.use(async function addId(c, next) {
  const requestId = "r-77";
  await next();
  c.header("x-id", requestId);
});
app.onError((error) => {
  throw error;
});
app.get("/hono", async function showCart(_c) {
  const cart = ["apple", "pear"];
  await Promise.resolve();
  throw new Error(\`Cart of \${cart.length}\`);
});

export default app;
`,
  "page.tsx": `
/** @jsxImportSource npm:preact@10 */
export default function page(_request: Request): Response {
  const title = "Hello";
  const node = <main class="x">{title}</main>;
  if (node.props.class === "x") throw new Error(\`No \${title}\`);
  return new Response();
}
`,
  "deno.json": `{ "lock": false }`,
};

/** An app that fails at once, with what may be a secret. */
export const ONE_ERROR = `
export const version = 1;
export default function handle(request) {
  const user = { name: "ann", tags: ["x", "y"] };
  const password = ["hunter2", "value"].join("-");
  let count = 1;
  if (new URL(request.url).pathname === "/ok") return new Response("ok");
  throw new Error("Marked " + count + user.name + password.length);
}
`;
