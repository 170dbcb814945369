import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  framesOf,
  type LiveFrame,
} from "../../../middleware/debugger/instrument/live_frames.ts";
import { runInstrumented, thrownBy } from "./_instrumented.ts";

/** Its listed names, each with its kind. */
function listed(frame: LiveFrame | undefined): Record<string, string> {
  const names = frame?.names ?? [];
  return Object.fromEntries(names.map(({ name, kind }) => [name, kind]));
}

/** Its functions, from the inside out. */
function functionsOf(error: unknown): (string | undefined)[] {
  return framesOf(error).map(({ functionName }) => functionName);
}

Deno.test("framesOf() has the frames of a synchronous error", async () => {
  const { outer } = await runInstrumented(`
    let counter = 0;
    export function outer(items) {
      counter++;
      return items.map((item) => { const twice = item * 2; return inner(twice) });
    }
    function inner(value) {
      const before = 1;
      for (const part of [1, 2]) {
        const sum = part + value;
        if (part === 2) { const last = true; throw new Error("x" + last) }
      }
    }`);
  const error = await thrownBy(outer, [4]);
  const [first, second, third, ...rest] = framesOf(error);
  assertEquals(functionsOf(error), ["inner", undefined, "outer"]);
  assertEquals(rest, []);
  assertEquals(listed(first), {
    last: "local",
    sum: "local",
    part: "local",
    before: "local",
    value: "argument",
  });
  assertEquals(first?.evaluate("[last, sum, part, before, value]"), [
    ...[true, 10, 2, 1, 8],
  ]);
  assertEquals(listed(second), { twice: "local", item: "argument" });
  assertEquals(listed(third), { items: "argument", counter: "closure" });
  assertEquals(first?.url, "file:///app/main.js");
  assertEquals([first?.start.line, first?.end.line], [7, 13]);
});

Deno.test("framesOf() has callers that were awaiting", async () => {
  const { handle } = await runInstrumented(`
    async function query(sql) { await new Promise((done) => setTimeout(done, 1)); throw new Error(sql) }
    async function service(id) { const table = "t" + id; return query(table) }
    const arrow = async (id) => service(id);
    export async function handle(id) { const [row] = await Promise.all([arrow(id)]); return row }`);
  const error = await thrownBy(handle, 7);
  const frames = framesOf(error);
  assertEquals(functionsOf(error), ["query", "service", "arrow", "handle"]);
  assertEquals(frames[1]?.evaluate("table"), "t7");
  assertEquals(frames[2]?.evaluate("id"), 7);
  assertThrows(() => frames[3]?.evaluate("row"), ReferenceError);
});

Deno.test("framesOf() has functions that wait for what the runtime rejects", async () => {
  const { read } = await runInstrumented(`
    export async function read(folder) { const path = folder + "/none"; const text = await Deno.readTextFile(path); return text }`);
  const error = await thrownBy(read, "/nowhere");
  assertEquals(framesOf(error)[0]?.evaluate("path"), "/nowhere/none");
});

Deno.test("evaluate() reads and writes the real variables", async () => {
  const { make } = await runInstrumented(`
    let total = 1;
    class Svc {
      #secret = "s3"; static #count = 7;
      run(by) { let mine = by; const read = () => mine; this.read = read; throw Object.assign(new Error("x"), { svc: this }) }
    }
    export const make = (by) => { const svc = new Svc(); return svc.run(by) };
    export const getTotal = () => [total].concat().length;`);
  const error = await thrownBy(make, 5) as { svc: { read(): number } };
  const [frame] = framesOf(error);
  assertEquals(frame?.evaluate("this.#secret"), "s3");
  assertEquals(frame?.evaluate("Svc.#count"), 7);
  assertEquals(frame?.evaluate("arguments.length"), 1);
  assertEquals(frame?.evaluate("mine = 99"), 99);
  assertEquals(error.svc.read(), 99);
  assertEquals(frame?.evaluate("total += 10"), 11);
  assertEquals(framesOf(error)[1]?.evaluate("total"), 11);
  assertEquals(listed(frame).this, "this");
});

Deno.test("framesOf() knows this before super() as what cannot be read", async () => {
  const { make } = await runInstrumented(`
    class A { constructor() { } }
    class B extends A { constructor(text) { const value = JSON.parse(text); super(); this.v = value } }
    export const make = (text) => new B(text);`);
  const [frame] = framesOf(await thrownBy(make, "{"));
  assertEquals(frame?.functionName, "new B");
  assertEquals(frame?.evaluate("text"), "{");
  assertThrows(() => frame?.evaluate("this"), ReferenceError);
  assertThrows(() => frame?.evaluate("value"), ReferenceError);
});

Deno.test("framesOf() keeps the place of errors that are thrown on", async () => {
  const { again, cleaned, other } = await runInstrumented(`
    const fail = () => { throw new Error("x") };
    const log = (x) => x;
    export function again() { try { const inside = log(1); fail() } catch (e) { const here = log(2); throw e } }
    export function cleaned() { try { const inside = log(1); fail() } finally { const here = log(2); { const more = log(3) } } }
    export function other() { try { const inside = log(1); fail() } catch (e) { const here = log(2); throw new Error("y", { cause: e }) } }`);
  const [, first] = framesOf(await thrownBy(again));
  assertEquals(first?.evaluate("inside"), 1);
  const [, second] = framesOf(await thrownBy(cleaned));
  assertEquals(second?.evaluate("inside"), 1);
  const error = await thrownBy(other) as Error;
  assertEquals(framesOf(error)[0]?.evaluate("here"), 2);
  assertEquals(functionsOf(error.cause), ["fail"]);
});

Deno.test("framesOf() has the variables of numeric functions", async () => {
  const { find } = await runInstrumented(`
    export function find(rows, want) { const seen = new Map(); let sum = 0; for (let i = 0; i < 9; i++) { sum += i; if (rows[i][0] === want) break } seen.set(sum, 1); return seen }`);
  const [frame] = framesOf(await thrownBy(find, [[1], [2]], 5));
  assertEquals(frame?.evaluate("sum"), 3);
  assertEquals(frame?.evaluate("want"), 5);
});

Deno.test("framesOf() has the variables of loops", async () => {
  const { total, each, nested, late } = await runInstrumented(`
    const log = (x) => x;
    export function total(users) { let sum = log(0); for (const user of users) { sum += user.account.balance } return sum }
    export function each(users) { const i = "outer"; for (let i = 0; i < 3; i++) for (const user of users) log(user.account.balance + i); return i }
    export function nested(items) { const seen = log([]); for (const item of items) { if (item) { const item = log(5), own = log(6); for (const [key, value] of Object.entries({ a: 1 })) log(value.x.y) } } return seen }
    export function late(rows) { for (let y = 0; y < 9; y++) for (let x = 0; x < 9; x++) rows[y][x] = x; return rows }`);
  const all = (frame: LiveFrame | undefined, ...names: string[]) =>
    names.map((name) => frame?.evaluate(name));
  const users = [{ account: { balance: 2 } }, { id: 7 }];
  const [first] = framesOf(await thrownBy(total, users));
  assertEquals(listed(first), {
    ...{ user: "local", sum: "local", users: "argument" },
  });
  assertEquals(all(first, "user.id", "sum", "users.length"), [7, 2, 2]);
  assertEquals(all(first, "let a = user; a.id + sum"), [9]);
  const [second] = framesOf(await thrownBy(each, users));
  assertEquals(all(second, "i", "user.id"), [0, 7]);
  assertEquals(Object.keys(listed(second)), ["user", "i", "users"]);
  const [third] = framesOf(await thrownBy(nested, [1]));
  assertEquals(all(third, "key", "value", "item", "own", "seen"), [
    ...["a", 1, 5, 6],
    [],
  ]);
  const [fourth] = framesOf(await thrownBy(late, [[]]));
  assertEquals(all(fourth, "y", "x", "rows.length"), [1, 0, 1]);
});

Deno.test("framesOf() has frames of whatever is thrown", async () => {
  const { fail } = await runInstrumented(
    `export function fail(value) { const mine = [value]; if (mine.length) throw value }`,
  );
  const values = [
    ...["text", 0, 1n, true, null, undefined, Symbol("s"), NaN],
    ...[Object.freeze(new Error("x")), Object.create(null), () => 1],
  ];
  for (const value of values) {
    const frames = framesOf(await thrownBy(fail, value));
    assertEquals(frames.length, 1);
    assert(Object.is(frames[0]?.evaluate("value"), value));
  }
});

Deno.test("framesOf() has frames of a primitive only once", async () => {
  const { fail } = await runInstrumented(
    `export function fail(value) { const mine = [value]; if (mine.length) throw value }`,
  );
  await thrownBy(fail, "text");
  assertEquals(framesOf("other"), []);
  assertEquals(framesOf("text").length, 1);
  assertEquals(framesOf("text"), []);
});

Deno.test("framesOf() has the innermost frames of a stack overflow", async () => {
  const { deep } = await runInstrumented(
    `export function deep(depth) { const here = depth; return deep(here + 1) + 1 }`,
  );
  const error = await thrownBy(deep, 0);
  const frames = framesOf(error);
  assert(error instanceof RangeError);
  assertEquals(frames.length, 64);
  assert(Number(frames[0]?.evaluate("here")) > 500);
});

Deno.test("framesOf() has frames of the newest 20 errors", async () => {
  const { fail } = await runInstrumented(
    `export function fail(value) { throw new Error(value.name) }`,
  );
  const errors = [];
  for (let index = 0; index < 25; index++) {
    errors.push(await thrownBy(fail, { name: `${index}` }));
  }
  const counts = errors.map((error) => framesOf(error).length);
  assertEquals(counts, [...Array(5).fill(0), ...Array(20).fill(1)]);
});

Deno.test("framesOf() returns frames that outlive newer errors", async () => {
  const { fail } = await runInstrumented(
    `export function fail(value) { throw new Error(value.name) }`,
  );
  const [frame] = framesOf(await thrownBy(fail, { name: "kept" }));
  for (let index = 0; index < 25; index++) await thrownBy(fail, { name: "x" });
  assertEquals(frame?.evaluate("value.name"), "kept");
});

Deno.test("framesOf() leaks nothing of errors that are caught", async () => {
  const { churn } = await runInstrumented(`
    function fail(index) { const big = { index, list: new Array(64).fill(index) }; throw new Error("x" + big.index) }
    export function churn(times) { let caught = 0; for (let index = 0; index < times; index++) { try { fail(index) } catch (e) { caught += e.message.length } } return caught }`);
  const churned = churn as (times: number) => number;
  const stackTraceLimit = Error.stackTraceLimit;
  // The stacks themselves are not what is measured, and make most of the time.
  Error.stackTraceLimit = 0;
  churned(10_000);
  const before = await heapAfterCollection();
  churned(200_000);
  const grown = await heapAfterCollection() - before;
  Error.stackTraceLimit = stackTraceLimit;
  // One error with its frame is 1 KiB: all of them would be 200 MB.
  assert(grown < 2_000_000, `${grown} bytes more`);
});

/** Bytes in use once all garbage that can be forced out is gone. */
async function heapAfterCollection(): Promise<number> {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
  }
  return Deno.memoryUsage().heapUsed;
}
