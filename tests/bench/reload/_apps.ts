/** How an app is written, so that it means the same to each tool. */
export type Flavor = "fetch" | "deno" | "bun" | "node" | "werkzeug";

/** An app that is measured. */
export interface AppShape {
  /** How many local modules it has, with the entry. */
  readonly modules: number;
  /** Whether it imports Hono. */
  readonly hono: boolean;
}

/** The apps, by the names of the command line. */
export const APPS: Readonly<Record<string, AppShape>> = {
  small: { modules: 1, hono: false },
  hundred: { modules: 100, hono: false },
  thousand: { modules: 1000, hono: false },
  hono: { modules: 1, hono: true },
};

/** Each module imports this many others, so that the graph has some depth. */
const FAN_OUT = 10;

/** The files of an app. */
export class AppFiles {
  readonly #folder: string;
  readonly #port: number;
  readonly #flavor: Flavor;
  readonly #shape: AppShape;
  #version = 0;
  #entryToken = "e0.";

  /** Writes the files. */
  constructor(
    folder: string,
    port: number,
    flavor: Flavor,
    shape: AppShape,
  ) {
    this.#folder = folder;
    this.#port = port;
    this.#flavor = flavor;
    this.#shape = shape;
    for (let index = 1; index < shape.modules; index++) {
      this.#write(`m${index}`, this.#moduleText(index, "l0."));
    }
    this.#write("app", this.#entryText());
  }

  /** The name of the entry. */
  get entry(): string {
    return `app${this.#extension}`;
  }

  /**
   * Prepares a change of the entry or of the module that is deepest in the graph.
   * The save is one `write` to the file.
   */
  change(where: "entry" | "leaf"): { token: string; save: () => void } {
    const version = ++this.#version;
    if (where === "entry" || this.#shape.modules === 1) {
      const token = this.#entryToken = `e${version}.`;
      const text = this.#entryText();
      return { token, save: () => this.#write("app", text) };
    }
    const token = `l${version}.`;
    const leaf = this.#shape.modules - 1;
    const text = this.#moduleText(leaf, token);
    return { token, save: () => this.#write(`m${leaf}`, text) };
  }

  get #extension(): string {
    const extensions: Partial<Record<Flavor, string>> = {
      node: ".mjs",
      werkzeug: ".py",
    };
    return extensions[this.#flavor] ?? ".ts";
  }

  #write(name: string, text: string): void {
    Deno.writeTextFileSync(`${this.#folder}/${name}${this.#extension}`, text);
  }

  #imports(index: number): number[] {
    const first = index * FAN_OUT + 1;
    return Array.from({ length: FAN_OUT }, (_, offset) => first + offset)
      .filter((child) => child < this.#shape.modules);
  }

  #moduleText(index: number, token: string): string {
    const children = this.#imports(index);
    if (this.#flavor === "werkzeug") {
      return children.map((child) => `import m${child}\n`).join("") +
        `version = "${token}"\n\n` +
        `def add${index}(left, right):\n    return left + right + ${index}\n`;
    }
    const type = this.#flavor === "node" ? "" : ": number";
    return children.map((child) =>
      `import { add${child} } from "./m${child}${this.#extension}";\n`
    ).join("") +
      `export const version = "${token}";\n\n` +
      `export function add${index}(left${type}, right${type})${type} {\n` +
      `  return left + right + ${index};\n}\n` +
      children.map((child) => `export const sum${child} = add${child}(1, 2);\n`)
        .join("");
  }

  #entryText(): string {
    const { modules } = this.#shape;
    const leaf = modules - 1;
    if (this.#flavor === "werkzeug") {
      return WERKZEUG_ENTRY
        .replace(
          "IMPORTS",
          this.#imports(0).map((child) => `import m${child}\n`).join("") +
            (leaf > 0 ? `from m${leaf} import version as leaf` : `leaf = ""`),
        )
        .replace("TOKEN", this.#entryToken)
        .replace("PORT", `${this.#port}`);
    }
    const imports = this.#imports(0).map((child) =>
      `import "./m${child}${this.#extension}";\n`
    ).join("");
    const leafImport = leaf > 0
      ? `import { version as leaf } from "./m${leaf}${this.#extension}";\n`
      : `const leaf = "";\n`;
    return imports + leafImport +
      FETCH_ENTRY.replace("TOKEN", this.#entryToken) +
      (this.#shape.hono ? this.#honoTail() : PLAIN_TAIL) +
      SERVE[this.#flavor].replaceAll("PORT", `${this.#port}`);
  }

  #honoTail(): string {
    const isDeno = this.#flavor === "fetch" || this.#flavor === "deno";
    return HONO_TAIL.replace("HONO", isDeno ? "npm:hono@^4" : "hono");
  }
}

const FETCH_ENTRY = `
const version = "TOKEN";

async function slow() {
  await new Promise((resolve) => setTimeout(resolve, 500));
  return new Response(version + " " + leaf);
}

function events() {
  const encoder = new TextEncoder();
  let timer;
  const body = new ReadableStream({
    start(controller) {
      timer = setInterval(
        () => controller.enqueue(encoder.encode("data: tick\\n\\n")),
        100,
      );
    },
    cancel() {
      clearInterval(timer);
    },
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream" },
  });
}
`;

const PLAIN_TAIL = `
function handle(request) {
  const { pathname } = new URL(request.url);
  if (pathname === "/slow") return slow();
  if (pathname === "/sse") return events();
  return new Response(version + " " + leaf);
}
`;

const HONO_TAIL = `
import { Hono } from "HONO";

const app = new Hono();
app.get("/slow", slow);
app.get("/sse", events);
app.get("/", (context) => context.text(version + " " + leaf));

function handle(request) {
  return app.fetch(request);
}
`;

/** How the handler is served, where that is not the tool's own business. */
const SERVE: Readonly<Record<Exclude<Flavor, "werkzeug">, string>> = {
  fetch: `
export default { fetch: handle };
`,
  deno: `
Deno.serve({ hostname: "127.0.0.1", port: PORT, onListen() {} }, handle);
`,
  bun: `
export default {
  hostname: "127.0.0.1",
  port: PORT,
  idleTimeout: 60,
  fetch: handle,
};
`,
  node: `
import { createServer } from "node:http";

createServer(async (incoming, outgoing) => {
  const request = new Request("http://localhost:PORT" + incoming.url);
  const response = await handle(request);
  const headers = Object.fromEntries(response.headers);
  if (incoming.url === "/sse") {
    outgoing.writeHead(response.status, headers);
    for await (const chunk of response.body) outgoing.write(chunk);
    return outgoing.end();
  }
  const body = await response.text();
  headers["content-length"] = String(Buffer.byteLength(body));
  outgoing.writeHead(response.status, headers).end(body);
}).listen(PORT, "127.0.0.1");
`,
};

const WERKZEUG_ENTRY = `
import time
from werkzeug.serving import run_simple
IMPORTS

version = "TOKEN"


def events():
    while True:
        yield b"data: tick\\n\\n"
        time.sleep(0.1)


def app(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/sse":
        start_response("200 OK", [("Content-Type", "text/event-stream")])
        return events()
    if path == "/slow":
        time.sleep(0.5)
    body = f"{version} {leaf}".encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


if __name__ == "__main__":
    run_simple("127.0.0.1", PORT, app, use_reloader=True, threaded=True)
`;
