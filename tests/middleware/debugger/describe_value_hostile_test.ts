import { assert, assertEquals } from "@std/assert";
import {
  describeValue,
  membersOf,
} from "../../../middleware/debugger/report/describe_value.ts";
import { whilePoisoned } from "./_poison.ts";

const PAGE = { start: 0, count: 100 };

function text(value: unknown): string {
  return describeValue(value).text;
}

/** What is shown of values, without methods that may be poisoned. */
function show(values: unknown[]): string[] {
  const shown: string[] = [];
  for (let i = 0; i < values.length; i++) {
    shown[i] = describeValue(values[i]).text;
    const { members } = membersOf(values[i], { start: 0, count: 5 });
    for (let j = 0; j < members.length; j++) {
      shown[i] += ` ${members[j]!.name}`;
    }
  }
  return shown;
}

/** A proxy whose every trap throws, and counts. */
function hostileProxy(target: object): { proxy: object; count: () => number } {
  let count = 0;
  const handler = new Proxy({}, {
    get(): never {
      count++;
      throw new Error("a trap was run");
    },
  });
  return { proxy: new Proxy(target, handler), count: () => count };
}

Deno.test("describeValue() asks no proxy, wherever it is", () => {
  const { proxy, count } = hostileProxy({ id: 1 });
  const callable = hostileProxy(() => {});
  const revocable = Proxy.revocable({}, {});
  revocable.revoke();
  assertEquals(text(proxy), "Proxy({ id: 1 })");
  assertEquals(text(callable.proxy), "Proxy([Function])");
  assertEquals(text(revocable.proxy), "Proxy (revoked)");
  assertEquals(text(new Proxy(proxy, {})), "Proxy(Proxy({ id: 1 }))");
  assertEquals(
    text({ a: proxy, b: [proxy] }),
    "{ a: Proxy({ id: 1 }), b: [Proxy({…})] }",
  );
  assertEquals(text(Object.create(proxy)), "[Object: null prototype] {}");
  assertEquals(text(Object.create({ constructor: proxy })), "{}");
  assertEquals(
    text(new Map([[proxy, proxy]])),
    "Map(1) { Proxy({ id: 1 }) => Proxy({ id: 1 }) }",
  );
  class Derived {}
  Object.setPrototypeOf(Derived, callable.proxy);
  assertEquals(text(Derived), "[class Derived]");
  assertEquals(text(new Derived()), "Derived {}");
  for (const value of [proxy, callable.proxy, revocable.proxy]) {
    assertEquals(
      membersOf(value, PAGE).members.every(({ name }) => name === "[[Target]]"),
      true,
    );
  }
  assertEquals(count(), 0);
  assertEquals(callable.count(), 0);
});

Deno.test("describeValue() survives proxies in proxies in proxies", () => {
  let proxy = {};
  for (let i = 0; i < 50_000; i++) proxy = new Proxy(proxy, {});
  assertEquals(text(proxy), "Proxy(Proxy(Proxy(Proxy(…))))");
});

Deno.test("describeValue() runs nothing that an object has", () => {
  let runs = 0;
  const run = (): never => {
    runs++;
    throw new Error("code was run");
  };
  const trap = {
    toString: run,
    toJSON: run,
    valueOf: run,
    then: run,
    [Symbol.toPrimitive]: run,
    [Symbol.iterator]: run,
    [Symbol.asyncIterator]: run,
    [Symbol.for("Deno.customInspect")]: run,
    [Symbol.for("nodejs.util.inspect.custom")]: run,
    get constructor() {
      return run();
    },
    get [Symbol.toStringTag]() {
      return run();
    },
    get length() {
      return run();
    },
    get size() {
      return run();
    },
    get message() {
      return run();
    },
    get name() {
      return run();
    },
    get stack() {
      return run();
    },
  };
  const descriptors = Object.getOwnPropertyDescriptors(trap);
  const values = [
    new Map([[1, 2]]),
    new Set([1]),
    new Date(0),
    /x/g,
    new Error("m"),
    new Request("http://localhost/"),
    new Headers({ a: "b" }),
    new URL("http://localhost/"),
    Promise.resolve(1),
    new Uint8Array(1),
    function named() {},
    {},
  ];
  for (const value of values) {
    for (const [key, descriptor] of Object.entries(descriptors)) {
      const own = Reflect.getOwnPropertyDescriptor(value, key);
      if (own?.configurable !== false) {
        Object.defineProperty(value, key, descriptor);
      }
    }
    for (const key of Object.getOwnPropertySymbols(descriptors)) {
      Object.defineProperty(
        value,
        key,
        Reflect.getOwnPropertyDescriptor(trap, key)!,
      );
    }
    assert(text(value).length > 0);
    membersOf(value, PAGE);
    assert(text(Object.create(value)).length > 0);
    assert(text(Object.create(trap)).length > 0);
  }
  assertEquals(runs, 0);
});

Deno.test("describeValue() makes nothing of names that are no names", () => {
  const named = (name: unknown) => {
    function Odd() {}
    Object.defineProperty(Odd, "name", { value: name });
    return Reflect.construct(Odd, []);
  };
  assertEquals(text(named(7)), "{}");
  assertEquals(text(named("a\n\x1b[31m")), "a\\n\\x1b[31m {}");
  assert(text(named("x".repeat(1e6))).length < 200);
  assertEquals(
    text({ [Symbol.toStringTag]: "T\n" }),
    'Object [T\\n] { [Symbol(Symbol.toStringTag)]: "T\\n" }',
  );
  assert(text({ ["k".repeat(1e6)]: 1 }).length < 200);
  assertEquals(text({ "<script>": 1 }), '{ "<script>": 1 }');
});

Deno.test("describeValue() takes no word for what something is", () => {
  const cases = [
    Request,
    Response,
    Headers,
    URL,
    File,
    Map,
    Date,
    RegExp,
    Promise,
    WeakRef,
    DOMException,
    Error,
    Uint8Array,
    Temporal.Instant,
  ];
  for (const { prototype, name } of cases) {
    assert(text(Object.create(prototype)).startsWith(name), name);
    assert(text(prototype).length > 0);
    membersOf(prototype, PAGE);
  }
});

Deno.test("describeValue() shows exports that are not there yet", async () => {
  const source = `
    import * as self from ${
    JSON.stringify("data:text/javascript,globalThis.early = 1")
  };
    export default self;`;
  const module = await import(
    `data:text/javascript,${encodeURIComponent(source)}`
  );
  assertEquals(
    text(module),
    "[Module: null prototype] { default: [Module: null prototype] {} }",
  );
  Reflect.deleteProperty(globalThis, "early");
});

Deno.test("describeValue() is unmoved by what the app does to the language", () => {
  const values = [
    { id: 1, password: "x", nested: { list: [1, { a: 2 }] } },
    [1, 2, 3],
    // deno-lint-ignore no-sparse-arrays -- what is tested
    [1, , 3],
    new Map<unknown, unknown>([["a", 1], [{}, 2]]),
    new Set(["a"]),
    new Date(0),
    /x/gi,
    new Error("m", { cause: 1 }),
    new DOMException("m", "AbortError"),
    new Uint8Array(4),
    new Uint8Array(4).buffer,
    Promise.resolve(1),
    new Proxy({ a: 1 }, {}),
    class Svc {},
    function run() {},
    Object(1n),
    new WeakRef({}),
    Temporal.PlainDate.from("2026-01-02"),
    "a\nb".repeat(200),
    10n ** 400n,
    Symbol("s"),
    -0,
    1.5,
  ];
  const before = show(values);
  const { called, result } = whilePoisoned(() => show(values));
  assertEquals(result, before);
  assertEquals(called, []);
});

Deno.test("describeValue() shows requests of a platform that was changed", () => {
  // Its own code runs some of what the app has put in place.
  const values = [
    new Request("http://localhost/?token=1", { headers: { a: "b" } }),
    new Response("x", { status: 404 }),
    new Headers({ a: "b" }),
    new URL("http://me:pw@localhost/"),
    new URLSearchParams("a=1"),
  ];
  const before = show(values);
  assertEquals(whilePoisoned(() => show(values)).result, before);
});
