import { assert, assertEquals } from "@std/assert";
import {
  describeValue,
  membersOf,
} from "../../../middleware/debugger/report/describe_value.ts";
import { fakeFrame } from "./_fake_frame.ts";

class Service {
  dep = 5;
  options = { a: { b: { c: { d: 1 } } } };
  get full(): string {
    throw new Error("a getter was run");
  }
}

function text(value: unknown): string {
  return describeValue(value).text;
}

/** The names and texts of the first members. */
function members(value: unknown, start = 0, count = 100): string[] {
  return membersOf(value, { start, count }).members
    .map((member) => `${member.name}: ${member.value.text}`);
}

Deno.test("describeValue() shows primitives as source", () => {
  const cases: [value: unknown, text: string, type: string][] = [
    [undefined, "undefined", "undefined"],
    [null, "null", "null"],
    [true, "true", "boolean"],
    [0, "0", "number"],
    [-0, "-0", "number"],
    [NaN, "NaN", "number"],
    [-Infinity, "-Infinity", "number"],
    [10n, "10n", "bigint"],
    ["", '""', "string"],
    ['"\\', '"\\"\\\\"', "string"],
    [Symbol("a\nb"), "Symbol(a\\nb)", "symbol"],
    [Symbol(), "Symbol()", "symbol"],
    [Symbol.iterator, "Symbol(Symbol.iterator)", "symbol"],
  ];
  for (const [value, expected, type] of cases) {
    assertEquals(describeValue(value), {
      text: expected,
      type: type as "string",
      isExpandable: false,
    });
  }
});

Deno.test("describeValue() escapes what cannot be seen in a string", () => {
  assertEquals(
    text("a\tb\r\n\0\x1b\x7f\x85"),
    '"a\\tb\\r\\n\\x00\\x1b\\x7f\\x85"',
  );
  assertEquals(
    text("\u2028\u202e\u200b\ufeff\u2066"),
    '"\\u2028\\u202e\\u200b\\ufeff\\u2066"',
  );
  assertEquals(
    text("\ud800x\udc00 \u{1f600} é"),
    '"\\ud800x\\udc00 \u{1f600} é"',
  );
});

Deno.test("describeValue() cuts a long string and says its length", () => {
  const { text, isExpandable } = describeValue("x".repeat(12_345));
  assertEquals(text, `"${"x".repeat(200)}"… (12 345 characters)`);
  assert(isExpandable);
  // Not in the middle of a character.
  const faces = describeValue("x" + "\u{1f600}".repeat(200)).text;
  assert(faces.startsWith(`"x${"\u{1f600}".repeat(99)}"…`), faces);
});

Deno.test("membersOf() lists the lines of a string, long ones in pieces", () => {
  const long = "y".repeat(250);
  assertEquals(members(`a\n\n${long}`), [
    '0: "a\\n"',
    '2: "\\n"',
    `3: "${"y".repeat(200)}"`,
    `203: "${"y".repeat(50)}"`,
  ]);
  assertEquals(describeValue("one line\n").isExpandable, false);
});

Deno.test("describeValue() shows the size of a huge bigint", () => {
  assert(
    /^-0xd1ba8323fe[0-9a-f]{40}…n \(3 32\d digits\)$/.test(
      text(-(10n ** 4000n)),
    ),
  );
});

Deno.test("describeValue() shows functions and classes by name", () => {
  class Base {}
  assertEquals(text(() => {}), "[Function]");
  assertEquals(text(function run() {}), "[Function: run]");
  assertEquals(text(async function wait() {}), "[AsyncFunction: wait]");
  assertEquals(text(function* walk() {}), "[GeneratorFunction: walk]");
  assertEquals(text(class extends Base {}), "[class (anonymous) extends Base]");
  assertEquals(text(class Svc {}), "[class Svc]");
  assertEquals(describeValue(Base).type, "function");
  assertEquals(
    members(
      class {
        static count = 7;
      },
    ),
    ["count: 7"],
  );
});

Deno.test("describeValue() shows objects and arrays with some members", () => {
  assertEquals(text({}), "{}");
  assertEquals(text([]), "[]");
  assertEquals(text({ id: 1, name: "ann" }), '{ id: 1, name: "ann" }');
  assertEquals(
    text({ "a-b": 1, 2: 3, [Symbol("s")]: 4 }),
    '{ 2: 3, "a-b": 1, [Symbol(s)]: 4 }',
  );
  assertEquals(text([1, [2], { a: 3 }]), "[1, [2], { a: 3 }]");
  assertEquals(
    text(new Service()),
    "Service { dep: 5, options: { a: { b: {…} } } }",
  );
  assertEquals(text(Object.create(null)), "[Object: null prototype] {}");
  const many = text(
    Object.fromEntries(Array.from({ length: 99 }, (_, i) => [`key${i}`, i])),
  );
  assert(
    /^\{ key0: 0, .*, … \d+ more \}$/.test(many) && many.length < 250,
    many,
  );
});

Deno.test("describeValue() cuts deep nesting and cycles", () => {
  let deep: unknown = "bottom";
  for (let i = 0; i < 100_000; i++) deep = [deep];
  assertEquals(text(deep), "[[[[…]]]]");
  const ring: Record<string, unknown> = { a: 1 };
  ring.self = { ring };
  assertEquals(text(ring), "{ a: 1, self: { ring: [Circular] } }");
  const map = new Map<unknown, unknown>();
  map.set(map, map);
  assertEquals(text(map), "Map(1) { [Circular] => [Circular] }");
});

Deno.test("membersOf() pages through 10 000 elements", () => {
  const list = Array.from({ length: 10_000 }, (_, i) => i);
  assert(text(list).endsWith(", 19, … 9 980 more]"), text(list));
  const { members: page, rest } = membersOf(list, { start: 5000, count: 2 });
  assertEquals(page.map(({ name }) => name), ["5000", "5001"]);
  assertEquals(rest, 4998);
  assertEquals(members(list, 9999, 10), ["9999: 9999"]);
  assertEquals(membersOf(list, { start: 10_000, count: 10 }), {
    members: [],
    rest: 0,
  });
});

Deno.test("describeValue() shows the holes of an array without walking them", () => {
  // deno-lint-ignore no-sparse-arrays -- what is tested
  assertEquals(text([1, , , 2]), "[1, <2 empty>, 2]");
  const huge: number[] = [];
  huge[4e9] = 1;
  assertEquals(text(huge), "[<4 000 000 000 empty>, 1]");
  assertEquals(members(huge), ["4000000000: 1"]);
  const inner = Array.from({ length: 5000 }, () => 1);
  delete inner[2500];
  assertEquals(members(inner, 2500, 1), ["2500: <empty>"]);
});

Deno.test("describeValue() shows collections without touching their iterators", () => {
  assertEquals(text(new Map([["a", 1]])), 'Map(1) { "a" => 1 }');
  assertEquals(
    text(new Map([[{ id: 1 }, [2]]])),
    "Map(1) { { id: 1 } => [2] }",
  );
  assertEquals(text(new Set([1, { a: 2 }])), "Set(2) { 1, { a: 2 } }");
  assertEquals(text(new WeakMap()), "WeakMap { <items unknown> }");
  assertEquals(text(new WeakSet()), "WeakSet { <items unknown> }");
  assertEquals(text(new WeakRef({ a: 1 })), "WeakRef { { a: 1 } }");
  assertEquals(text(new Uint8Array([1, 2])), "Uint8Array(2) [1, 2]");
  assertEquals(text(new BigInt64Array([1n])), "BigInt64Array(1) [1n]");
  assertEquals(text(new Uint8Array([1, 171]).buffer), "ArrayBuffer(2) <01 ab>");
  assertEquals(
    text(new ArrayBuffer(20)),
    `ArrayBuffer(20) <${"00 ".repeat(16)}…>`,
  );
  assertEquals(text(new SharedArrayBuffer(1)), "SharedArrayBuffer(1) <00>");
  assertEquals(text(new DataView(new ArrayBuffer(3))), "DataView(3)");
  const given = new ArrayBuffer(4);
  structuredClone(given, { transfer: [given] });
  assertEquals(text(given), "ArrayBuffer(0) <detached>");
  assertEquals(members(new Map<unknown, number>([["k", 1], [{ a: 1 }, 2]])), [
    "k: 1",
    "{ a: 1 }: 2",
  ]);
  assertEquals(members(new Set(["a"])), ['0: "a"']);
  (function (..._: unknown[]) {
    assertEquals(text(arguments), "[Arguments] [1, 2]");
  })(1, 2);
});

Deno.test("describeValue() does not consume iterators", () => {
  function* generate(): Generator<number> {
    yield 1;
  }
  const generator = generate();
  const iterator = [7].values();
  assertEquals(text(generator), "Object [Generator] {}");
  assertEquals(text(iterator), "Object [Array Iterator] {}");
  members(generator);
  members(iterator);
  assertEquals(generator.next().value, 1);
  assertEquals(iterator.next().value, 7);
});

Deno.test("describeValue() shows objects that stand for a value", () => {
  assertEquals(text(new Date(0)), "1970-01-01T00:00:00.000Z");
  assertEquals(text(new Date(NaN)), "Invalid Date");
  assertEquals(text(/a\/b\n/gi), "/a\\/b\\n/gi");
  assertEquals(text(Object(-0)), "[Number: -0]");
  assertEquals(text(Object("é")), '[String: "é"]');
  assertEquals(text(Object(Symbol("s"))), "[Symbol: Symbol(s)]");
  assertEquals(text(Object(1n)), "[BigInt: 1n]");
  assertEquals(text(globalThis), "globalThis");
  assertEquals(
    text(Temporal.PlainDate.from("2026-01-02")),
    "PlainDate 2026-01-02",
  );
});

Deno.test("describeValue() shows the state of promises", async () => {
  const rejected = Promise.reject(new Error("no"));
  assertEquals(text(Promise.resolve({ a: 1 })), "Promise { { a: 1 } }");
  assertEquals(text(Promise.withResolvers().promise), "Promise { <pending> }");
  assertEquals(text(rejected), "Promise { <rejected> Error: no }");
  assertEquals(members(rejected), ["[[Rejected]]: Error: no"]);
  await rejected.catch(() => {});
});

Deno.test("describeValue() shows errors by class and message", () => {
  class DbError extends Error {}
  class Named extends Error {
    override name = "NamedError";
  }
  assertEquals(text(new Error("a\nb")), "Error: a\\nb");
  assertEquals(text(new DbError("x")), "DbError: x");
  assertEquals(text(new Named("x")), "NamedError: x");
  assertEquals(text(new TypeError()), "TypeError");
  assertEquals(text(new DOMException("m", "AbortError")), "AbortError: m");
  assertEquals(describeValue(new DbError("x")).type, "error");
});

Deno.test("describeValue() shows what requests and the like are about", () => {
  const headers = { accept: "*/*", authorization: "Bearer x" };
  const request = new Request("http://localhost:8000/path?a=1&token=x", {
    headers,
  });
  assertEquals(text(request), "Request { GET /path?a=1&token=*** }");
  assertEquals(
    text(new Response(null, { status: 404, statusText: "Not Found" })),
    "Response { 404 Not Found }",
  );
  assertEquals(
    text(new Headers(headers)),
    'Headers { accept: "*/*", authorization: *** }',
  );
  assertEquals(
    text(new URL("https://me:pw@h.test/x?q=1")),
    "URL { https://me:***@h.test/x?q=1 }",
  );
  assertEquals(
    text(new URLSearchParams("a=1&password=2")),
    'URLSearchParams { a: "1", password: *** }',
  );
  const form = new FormData();
  form.set("a", "b");
  form.set("f", new File(["abc"], "n.txt"));
  assertEquals(text(form), 'FormData { a: "b", f: File { n.txt, 3 bytes } }');
  assertEquals(text(AbortSignal.abort()), "AbortSignal { aborted }");
  assertEquals(members(request).slice(0, 3), [
    'method: "GET"',
    'url: "http://localhost:8000/path?a=1&token=x"',
    'headers: Headers { accept: "*/*", authorization: *** }',
  ]);
  assertEquals(request.bodyUsed, false);
});

Deno.test("membersOf() lists getters of the object and its classes unrun", () => {
  const object = {
    get own(): never {
      throw new Error("a getter was run");
    },
    set only(_: number) {
      throw new Error("a setter was run");
    },
  };
  assertEquals(text(object), "{ own: (getter), only: (setter) }");
  assertEquals(members(new Service()).at(-1), "full: (getter)");
  const [getter] = membersOf(object, { start: 0, count: 1 }).members;
  assertEquals(getter!.value, {
    type: "accessor",
    text: "(getter)",
    isExpandable: true,
  });
});

Deno.test("membersOf() lists properties that are not enumerable last", () => {
  const object = Object.defineProperty({ b: 1 }, "a", { value: 2 });
  assertEquals(text(object), "{ b: 1 }");
  assertEquals(members(object), ["b: 1", "a: 2"]);
});

Deno.test("membersOf() pages through an object that is a table", () => {
  const table: Record<string, number> = {};
  for (let i = 0; i < 5000; i++) table[`key${i}`] = i;
  assertEquals(members(table, 4000, 1), ["key4000: 4000"]);
  assertEquals(membersOf(table, { start: 10, count: 1 }).rest, 4989);
  const half: number[] = [];
  for (let i = 1; i < 300_000; i += 2) half[i] = i;
  assertEquals(members(half, 200_000, 2), [
    "200000: <empty>",
    "200001: 200001",
  ]);
  const few: number[] = [];
  few[50] = 1;
  few[200_000] = 2;
  assertEquals(members(few), ["50: 1", "200000: 2"]);
});

Deno.test("describeValue() shows private fields in a frame that can read them", () => {
  class Base {
    #inner = "base";
    frame(): (code: string) => unknown {
      return ($s$) => eval($s$);
    }
    seen(): boolean {
      return this.#inner === "base";
    }
  }
  class Vault extends Base {
    #code = 42;
    #fn = () => "#fake(";
    label = "#text";
    #method(): number {
      return this.#code;
    }
    get #half(): number {
      throw new Error("a getter was run");
    }
    static #count = 7;
    scope(): (code: string) => unknown {
      this.#method.name;
      void (() => this.#half + Vault.#count + this.#fn().length);
      return ($s$) => eval($s$);
    }
  }
  const vault = new Vault();
  const frame = fakeFrame("this", vault.scope());
  assertEquals(
    describeValue(vault, frame).text,
    'Vault { label: "#text", #code: 42, #fn: [Function: #fn], #half: (getter) }',
  );
  const statics = membersOf(Vault, { start: 0, count: 9 }, frame).members;
  assertEquals(statics.map(({ name, value }) => `${name}: ${value.text}`), [
    "#count: 7",
  ]);
  // The frame of the base class sees other names; no frame sees any.
  const inBase = fakeFrame("this", vault.frame());
  assertEquals(
    describeValue(vault, inBase).text,
    'Vault { label: "#text", #inner: "base" }',
  );
  assertEquals(text(vault), 'Vault { label: "#text" }');
  assert(vault.seen());
});

Deno.test("describeValue() masks members with the name of a secret", () => {
  const value = {
    user: "ann",
    password: "hunter2",
    nested: { apiKey: "k" },
    isPrivate: true,
  };
  assertEquals(
    text(value),
    '{ user: "ann", password: ***, nested: { apiKey: *** }, isPrivate: true }',
  );
  assertEquals(text(new Map([["token", "x"]])), 'Map(1) { "token" => *** }');
  assertEquals(text({ db: "postgres://me:pw@host/db" }), "{ db: *** }");
  const secrets = membersOf(value, { start: 0, count: 9 }).members
    .filter(({ isSecret }) => isSecret);
  assertEquals(secrets.map(({ name, value }) => `${name}: ${value.text}`), [
    'password: "hunter2"',
  ]);
});
