import type { PageConsole } from "../../../middleware/debugger/page/_page_options.ts";
import type {
  ReportedVariable,
} from "../../../middleware/debugger/error_report.ts";
import { sampleVariable } from "./_sample_report.ts";

/** What `x-devserve-token` has to be. */
const TOKEN = "t0ken</script>";

/** The PIN it asks for if it is told to. */
export const FAKE_PIN = "123-456-789";

/** A command as it was received. */
export interface ReceivedCommand {
  readonly name: string;
  readonly body: Record<string, unknown>;
}

/** Makes the page of the console server. */
type RenderPage = (nonce: string, console: PageConsole) => string;

const ATTACK = "<img src=x onerror=globalThis.hit=1>";

const NAMES = ["user", "userId", "useCart", "sum", "Response"];

const ANSWERS: Readonly<Record<string, unknown>> = {
  "1 + 1": { output: "", value: sampleVariable("", "number", "2").value },
  "await later()": {
    output: "",
    value: sampleVariable("", "string", '"late"').value,
  },
  "console.log('hi')": {
    output: "hi\n",
    value: sampleVariable("", "undefined", "undefined").value,
  },
  "this": {
    output: "",
    value: sampleVariable("", "object", "Cart {}").value,
    ref: 7,
  },
  "boom()": { output: "", error: `Error: ${ATTACK}` },
  "if (sum) {": { output: "", isIncomplete: true },
  "if (sum) {\nsum\n}": {
    output: "",
    value: sampleVariable("", "number", "84.5").value,
  },
  "attack": {
    output: ATTACK,
    value: sampleVariable("", "string", `"${ATTACK}\u202e"`).value,
  },
};

/** A console server that follows the contract, and has no app behind it. */
export class FakeConsole implements AsyncDisposable {
  /** The commands in the order they came. */
  readonly commands: ReceivedCommand[] = [];
  /** Whether it asks for the PIN. */
  isLocked = false;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #renderPage: RenderPage;

  /** Starts it. */
  constructor(renderPage: RenderPage) {
    this.#renderPage = renderPage;
    this.#server = Deno.serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
    }, (request) => this.#answer(request));
  }

  /** Where the page is. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/key/k3J9`;
  }

  /** The commands of a kind. */
  bodiesOf(name: string): Record<string, unknown>[] {
    return this.commands.filter((one) => one.name === name)
      .map(({ body }) => body);
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, origin } = new URL(request.url);
    if (request.method === "GET") return this.#page();
    const { headers } = request;
    const isRight = pathname.startsWith("/key/") &&
      request.method === "POST" &&
      headers.get("origin") === origin &&
      headers.get("content-type") === "application/json" &&
      headers.get("x-devserve-token") === TOKEN;
    if (!isRight) return new Response("Forbidden", { status: 403 });
    const name = pathname.slice("/key/".length);
    const body = await request.json();
    this.commands.push({ name, body });
    if (name === "pin") return this.#unlock(body.pin);
    if (this.isLocked) return Response.json({ error: "PIN" }, { status: 401 });
    return Response.json(answerTo(name, body));
  }

  #unlock(pin: unknown): Response {
    if (pin !== FAKE_PIN) {
      return Response.json({ error: "The PIN is wrong" }, { status: 403 });
    }
    this.isLocked = false;
    return Response.json({ isOpen: true });
  }

  #page(): Response {
    const nonce = crypto.randomUUID();
    const page = this.#renderPage(nonce, { url: this.url, token: TOKEN });
    const policy = [
      "default-src 'none'",
      `style-src 'nonce-${nonce}'`,
      `script-src 'nonce-${nonce}'`,
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ];
    return new Response(page, {
      headers: {
        "content-type": "text/html;charset=UTF-8",
        "content-security-policy": policy.join("; "),
      },
    });
  }
}

function answerTo(name: string, body: Record<string, unknown>): unknown {
  if (name === "eval") {
    return ANSWERS[String(body.code)] ?? { output: "", error: "unknown" };
  }
  if (name === "complete") {
    const before = String(body.code).slice(0, Number(body.cursor));
    const start = /\w*$/.exec(before)![0];
    return { names: NAMES.filter((one) => one.startsWith(start)) };
  }
  return membersOf(body);
}

function membersOf(
  { path, ref, start, count }: Record<string, unknown>,
): unknown {
  const depth = (path as unknown[] ?? []).length + (ref === undefined ? 0 : 1);
  if (depth > 1) {
    const all = Array.from({ length: 150 }, (_, index) => member(index));
    const from = Number(start);
    const to = Math.min(from + Number(count), all.length);
    return { members: all.slice(from, to), rest: all.length - to };
  }
  return {
    members: [
      sampleVariable("#items", "object", "[Array(150)]", { kind: "property" }),
      sampleVariable("password", "string", '"hunter2"', {
        kind: "property",
        isSecret: true,
      }),
      sampleVariable(ATTACK, "string", ATTACK, { kind: "property" }),
    ],
    rest: 0,
  };
}

function member(index: number): ReportedVariable {
  return sampleVariable(String(index), "number", `${index * 10}`, {
    kind: "property",
  });
}
