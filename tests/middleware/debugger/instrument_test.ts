import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { instrument } from "../../../middleware/debugger/instrument/instrument.ts";
import { instrumented, parser, run, runInstrumented } from "./_instrumented.ts";

/** Modules that export what they have seen in `log`, one thing each. */
const PROGRAMS: Record<string, string> = {
  "generators": `
    export const log = [];
    function* count(n) { try { for (let i = 0; i < n; i++) log.push(yield h(i)); } finally { log.push("end"); } return 9 }
    const h = (x) => [x];
    const it = count(3);
    log.push(it.next(), it.next("a"), it.return(5), it.next());
    const other = count(2); other.next();
    try { other.throw(new Error("in")) } catch (e) { log.push(e.message) }
    log.push([...(function* () { const r = yield* count(2); log.push(r) })()]);`,
  "async generators": `
    export const log = [];
    async function* feed() { try { yield 1; yield Promise.resolve(2); return Promise.resolve(3) } finally { log.push("closed") } }
    for await (const x of feed()) { log.push(x); if (x === 2) break }
    const it = feed(); await it.next(); log.push(await it.return(7), await it.next());
    const back = feed(); await back.next(); await back.next(); log.push(await back.next());`,
  "derived constructors": `
    export const log = [];
    class A { constructor() { log.push(new.target.name); this.init() } init() { log.push("A") } }
    class B extends A { x = 1; #y = 2; constructor(n) { const z = n * 2; const f = () => this; super(); log.push(f() === this, this.x, this.#y, z) } init() { log.push("B", this.x) } }
    new B(4);
    class C extends A { constructor() { try { this.x } catch (e) { log.push(e.name) } super(); } }
    new C();
    class D extends A { constructor() { super(); return { own: true } } }
    log.push(new D().own);
    function Old() { if (!new.target) return new Old(); this.v = log.length } log.push(Old().v);`,
  "classes": `
    export const log = [];
    class K { static #n = 0; static { const t = f(3); K.#n = t; log.push(K.#n) } get v() { return K.#n.toFixed(1) } set v(x) { K.#n = Number(x) + log.length }
      static async *[Symbol.asyncIterator]() { yield this.name } #hidden() { return super.toString().length } call() { return this.#hidden() } field = (() => log.length)(); static make = () => new this(); }
    function f(x) { return [x].map((y) => y + 1)[0] }
    const k = K.make(); k.v = "4"; log.push(k.v, k.call(), k.field);
    for await (const x of K) log.push(x);
    const o = { __proto__: { m() { return "p" } }, m() { return super.m() + "c" }, get [f(1)]() { return f(5) }, async am() { return await super.m() } };
    log.push(o.m(), o[2], await o.am(), Object.keys(o));`,
  "parameters": `
    export const log = [];
    function f(a, b = () => a, { c = a, ...d } = {}, ...e) { var a; const r = b(); a = 5; return [a, r, b(), c, d, e] }
    log.push(f(1), f(1, undefined, { c: 2, x: 3 }, 4, 5), f.length);
    function args() { arguments[0] = 9; return [...arguments, arguments.length] } log.push(args(1, 2));
    const g = (x, y = x.z) => { const s = y + 1; return s }; log.push(g({ z: 1 }));
    try { g() } catch (e) { log.push(e.message) }`,
  "labels and loops": `
    export const log = [];
    const f = (x) => x;
    function run() {
      outer: for (let i = 0; i < 4; i++) { const q = f(i); for (const j of [0, 1, 2]) { if (j === 1 && q === 1) continue outer; if (q === 3) break outer; log.push(q * 10 + f(j)) } }
      block: { const z = f(1); if (z) break block; log.push("no") }
      let n = 0; do n++; while (f(n) < 3); while (n-- > 0) if (n === 1) continue; else f(n);
      for (const k in { a: 1, b: 2 }) log.push(f(k)); if (n) for (const x of [1]) f(x); else log.push("else")
      for (var v = 0; v < 2; v++) { let w = f(v); log.push(() => w) } log.splice(-2, 2, ...log.slice(-2).map((g) => g()));
      const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => i); f(i) } log.push(fs.map((g) => g()));
      switch (f(2)) { case 1: log.push("one"); case 2: { const y = f("two"); log.push(y) } case 3: const z = f("three"); log.push(z); break; default: log.push("never") }
      if (n) switch (n) { case -1: let a = f(7); log.push(a) } else log.push("not");
      return log.length
    }
    log.push(run());`,
  "try": `
    export const log = [];
    const f = (x) => x, fail = (m) => { throw new Error(m) };
    function a() { try { const x = f(1); fail("a" + x) } catch ({ message }) { const y = f(message); return y } finally { const z = f("fin"); log.push(z) } }
    function b() { for (const x of [1, 2]) { try { if (f(x) === 1) continue; return x } finally { log.push("f" + x) } } }
    function c() { try { fail("c") } catch { return f("caught") } }
    function d() { try { return fail("d") } catch (e) { throw f(e) } finally { try { fail("inner") } catch (e) { log.push(e.message) } } }
    function e() { try { return f(1) } finally { return f(2) } }
    log.push(a(), b(), c(), e()); try { d() } catch (x) { log.push(x.message) }
    async function g() { try { return fetchIt() } catch { return "not here" } } async function fetchIt() { throw new Error("late") }
    log.push(await g().catch((x) => x.message));
    async function h() { try { throw 1 } catch { return fetchIt() } finally { log.push("h") } } log.push(await h().catch((x) => x.message));
    async function i() { return fetchIt() } log.push(await i().catch((x) => x.message));
    log.push(await (async () => f(Promise.resolve(4)))());
    async function k() { return { then(r) { r("thenable") } } } log.push(await k());`,
  "resources": `
    export const log = [];
    const open = (name) => ({ name, isOpen: true, [Symbol.dispose]() { this.isOpen = false }, [Symbol.asyncDispose]() { this.isOpen = false },
      async query() { await 0; if (!this.isOpen) throw new Error(name + " is closed"); return name } });
    const each = (db) => ({ [Symbol.iterator]() { return this }, next: () => ({ value: db, done: false }), return() { db.isOpen = false; return {} } });
    const later = (db) => ({ [Symbol.asyncIterator]() { return this }, next: async () => ({ value: db, done: false }), async return() { db.isOpen = false; return {} } });
    async function body() { using db = open("body"); return db.query() }
    async function waited() { await using db = open("waited"); return db.query() }
    async function block(n) { if (n) { using db = open("block"); const q = [n]; for (;;) { return q.length ? db.query() : 0 } } }
    async function items() { for (using db of [open("items")]) return db.query() }
    async function before() { { using db = open("before"); log.push(db.name) } const db = open("after"); return db.query() }
    async function over() { for (const db of each(open("over"))) { return db.query() } }
    async function labeled() { next: for (const db of each(open("labeled"))) { while (db) { if (!db.isOpen) continue next; return db.query() } } }
    async function overLater() { for await (const db of later(open("over later"))) { return db.query() } }
    const arrow = async () => { using db = open("arrow"); return db.query() };
    for (const f of [body, waited, block, items, before, over, labeled, overLater, arrow]) log.push(await f(1).catch((e) => e.message));
    log.push(await (async () => { using db = open("awaited"); return await db.query() })());`,
  "numbers in loops": `
    export const log = [];
    const data = [1.5, 2.5, 3.5], text = "abc";
    function sum(xs) { let s = 0, n = 0; for (let i = 0; i < xs.length; i++) { s += xs[i]; n++ } return [s, n] }
    function mixed(xs) { const m = new Map(); let s = 0, t = 1, u; for (let i = 0; i < xs.length; i++) { s += xs[i]; ({ t } = { t: t + 1 }) } l: for (const x of xs) { for (let j = 0; j < 3; j++) { if (j === 1) continue l; u = x + j } } m.set(1, s); return [m.get(1), t, u] }
    function early(xs, want) { const m = new Set(); let at = -1; for (let i = 0; i < xs.length; i++) { at = i; if (xs[i] === want) return [at, m.size] } m.add(at); return [at, m.size] }
    function codes(t) { let h = 7; const o = { h: [] }; for (let i = 0; i < t.length; i++) h = (h * 31 + t.charCodeAt(i)) | 0; o.h.push(h); return o }
    function captured(xs) { let s = 0; const get = () => s; for (let i = 0; i < xs.length; i++) s += xs[i]; return get() }
    function thrown(xs) { let s = 0; const m = new Map(); try { for (let i = 0; i < 9; i++) { s = i; xs[i][0]; if (xs[i] === undefined) break } } catch (e) { m.set(s, e.name) } return [...m] }
    function getters(xs) { let s = 0, seen = 0; const o = { get s() { return s } }; for (const x of xs) { s += x; seen += o.s } return [s, seen] }
    function vars(n) { var t = 0; m(t); for (var i = 0; i < n; i++) t += i; return [t, i] } const m = (x) => [x].length;
    function jumped(k, n) { m(1); switch (k) { case 0: let x = 0; m(x.a); break; case 2: while (n-- > 0) { x = [1][0] } return "ok" } }
    log.push(jumped(0), jumped(2, 0)); try { jumped(2, 1) } catch (e) { log.push(e.name) }
    function param(n) { for (; n > 3; n--); m(n); return n }
    function argued(n) { for (; n > 3; n--); m(n); return [n, arguments[0]] }
    const arrow = async (xs) => { let s = 0; for (const x of xs) s += x; await s; return s };
    log.push(sum(data), mixed(data), early(data, 2.5), early(data, 9), codes(text), captured(data), thrown([[1], [2]]), getters(data), vars(5), param(9), argued(9), await arrow(data));`,
  "names": `
    export const log = [];
    const $d = 1, $db = 2, $dk = 3; function f($de) { const $ds = [$de, $d, $db, $dk]; return $ds.concat(g($ds)) } function g(x) { return x.map((y) => y * 2) }
    log.push(f(4), f.name, (() => {}).name, (class { static x = () => f(1).length }).x());
    const named = (x) => x.y; log.push(named.name, named.length, named({ y: 1 }));
    const self = function me(n) { return n ? [n].concat(me(n - 1)) : [] }; log.push(self(2));
    let t; function later() { const use = () => x; let r; try { use() } catch (e) { r = e.name } const x = f(1).length; return [r, use()] } log.push(later());
    function hoisted() { const r = inner(); function inner() { return f(2).length } return r } log.push(hoisted());
    function clash(a) { var b = f(a).length; function b() {} return b } log.push(clash(1));
    log.push(typeof undeclared === "undefined", [1, 2, 3].map((x) => ({ x: f(x)[0] })));
    const asi = () => { let a = f(1)
      let b = a.length
      for (const c of a) b += c
      ;[b] = [b + 1]
      const q = (x) => x.toFixed()
      return b + q(1) }
    log.push(asi());
    const comment = (x) => // here
      /* there */ (x.a, x.b) // end
    log.push(comment({ b: 2 }));`,
  "strict mode": `
    export const log = [];
    function f() { "use strict"
      const t = this; return [t === undefined, g(t)] } function g(x) { 'use strict'; "another"; return String(x) }
    log.push(f()); try { (function () { "use strict"; undeclared = g(1) })() } catch (e) { log.push(e.name) }`,
  "errors": `
    export const log = [];
    function a() { const x = 1; return b(x) } function b(y) { return y.z.w }
    try { a() } catch (e) { log.push(e.message, /main|data/.test(e.stack)) }
    for (const value of ["text", undefined, null, 0, Object.freeze({}), Object.create(null), Symbol.iterator, 1n]) { try { (() => { const v = value; if (log) throw v })() } catch (e) { log.push(e === value, typeof e) } }
    function deep(n) { return deep(n + 1) + 1 } try { deep(0) } catch (e) { log.push(e instanceof RangeError) }
    log.push(await Promise.allSettled([(async () => { throw new Error("x") })(), (async () => a())()]).then((all) => all.map((one) => one.reason.message)));
    const p = new Proxy({}, { get() { throw new TypeError("trap") } }); try { p.x } catch (e) { log.push(e.message) }
    log.push([3, 1, 2].sort((l, r) => { if (l === r) throw 1; return l - r }));`,
};

for (const [name, text] of Object.entries(PROGRAMS)) {
  Deno.test(`instrument() keeps what ${name} do`, async () => {
    const plain = await run(text);
    const changed = await runInstrumented(text);
    assertEquals(changed.log, plain.log);
    assert((plain.log as unknown[]).length > 0);
  });
}

Deno.test("instrument() keeps every line where it is", () => {
  for (const text of Object.values(PROGRAMS)) {
    const lines = instrumented(text).code.split("\n");
    const expected = text.split("\n");
    assertEquals(lines.length, expected.length);
    for (const [index, line] of expected.entries()) {
      const [word = ""] = /\w+/.exec(line) ?? [];
      assertStringIncludes(lines[index]!, word);
    }
  }
});

Deno.test("instrument() keeps CommonJS modules", () => {
  const text = `#!/usr/bin/env node
    "use strict"; var x = 1; var x = 2;
    function f(a, a2) { function dup() { return a.b } function dup() { return a.c } return dup() }
    exports.v = [f({ b: 1, c: 2 }), typeof module, this === exports];
    if (x) return; exports.v = 0;`;
  const runs = [text, instrumented(text, true).code].map((code) => {
    const module = { exports: {} };
    const body = code.replace(/^#!.*/, "");
    new Function("exports", "module", body)
      .call(module.exports, module.exports, module);
    return module.exports;
  });
  assertEquals(runs[1], runs[0]);
});

Deno.test("instrument() keeps sloppy CommonJS modules", () => {
  const text = `
    function f(a) { arguments[0] = 3; with ({ q: a }) { return q + g() } }
    function g() { return typeof h; { function h() { return f.name } } }
    function e() { var found = eval("var made = 4; made"); return found + made }
    function p(x) { function x() {} g(); return typeof arguments[0] }
    exports.v = [f(1), g(), e(), p(1), (function () { return typeof this })()];`;
  const runs = [text, instrumented(text, true).code].map((code) => {
    const exports = {};
    new Function("exports", code)(exports);
    return exports;
  });
  assertEquals(runs[1], runs[0]);
});

Deno.test("instrument() keeps what the head of a loop uses", async () => {
  // Deno has no modules with that, but V8 knows it.
  const text = `
    const db = { isOpen: true, [Symbol.dispose]() { this.isOpen = false }, async query() { await 0; return this.isOpen } };
    exports.v = (async () => { for (using d = db; d;) { return d.query() } })();`;
  const runs = [text, instrumented(text, true).code].map((code) => {
    const exports: { v?: Promise<boolean> } = {};
    new Function("exports", code)(exports);
    return exports.v;
  });
  assertEquals(await Promise.all(runs), [false, false]);
});

Deno.test("instrument() leaves functions that cannot throw as they are", () => {
  for (
    const text of [
      "const f = (x) => x + 1;",
      "function f(n) { for (let d = 2; d * d <= n; d++) if (n % d === 0) return false; return true }",
      "const half = (x) => x / 2; const f = (x) => Math.floor(half(x)) + Number('1');",
      "export const f = () => ({ a: 1, b: [2, `c`] });",
    ]
  ) {
    assertEquals(instrument(text, { parser, key: "k" }), undefined);
  }
});

Deno.test("instrument() takes functions that may throw", () => {
  for (
    const text of [
      "const f = (x) => x.y;",
      "const f = () => missing;",
      "const f = (n) => n ? f(n - 1) : 0;",
      "function f({ a }) { const { b } = a; return b }",
      "const f = async () => await 1;",
    ]
  ) {
    assertEquals(instrumented(text).functions.length, 1);
  }
});

Deno.test("instrument() makes no closure in loops over numbers", () => {
  const { code } = instrumented(
    "export function f(xs) { const m = new Map(); let s = 0;\n" +
      "for (let i = 0; i < xs.length; i++) { const x = xs[i]; s += x }\n" +
      "for (const x of xs) { const y = m.get(x); s += y }\n" +
      "return s }",
  );
  const [, numbers = "", calls = ""] = code.split("\n");
  assert(!numbers.includes("eval"), numbers);
  assertStringIncludes(numbers, "finally");
  assertStringIncludes(calls, "eval");
});

Deno.test("instrument() obeys comments that turn it off", () => {
  for (
    const [text, names] of [
      ["// debug: off\nconst f = (x) => x.y;", undefined],
      [
        "#!/bin/deno\n/* about */\n/** debug: off */\nconst f = (x) => x.y;",
        undefined,
      ],
      ["let a;\n// debug: off\nconst f = (x) => x.y;\nconst g = (x) => x.y;", [
        "g",
      ]],
      [
        "let a;\n// debug: off\n// and why\nexport function f(x) { return () => x.y }\nconst g = (x) => x.y;",
        ["g"],
      ],
      [
        "class A {\n// debug: off\nm() { return this.x }\nn() { return this.x } }",
        ["A.n"],
      ],
      [
        "let a;\n// debug: off\nclass A { m() { return this.x } }\nconst g = (x) => x.y;",
        ["g"],
      ],
      ["let a; // debug: offline\nconst f = (x) => x.y;", ["f"]],
      ["const f = (x) => x.y + '// debug: off';", ["f"]],
    ] as const
  ) {
    const made = instrument(text, { parser, key: "k" });
    assertEquals(made?.functions.map(({ name }) => name), names?.slice(), text);
  }
});

Deno.test("instrument() returns undefined for what is no JavaScript", () => {
  for (
    const text of ["const f = (", "@dec class A {}", "let a: number = x.y;"]
  ) {
    assertEquals(instrument(text, { parser, key: "k" }), undefined);
  }
});

Deno.test("instrument() names functions and tells where they are", () => {
  const { functions } = instrumented(
    "class Svc {\n  run(x) { return x.y }\n  get size() { return this.x }\n" +
      "  constructor() { f() } }\nconst f = (x) => x.y, o = { m() { f() } };\n" +
      "export default function () { [1].map((x) => x.y) }",
  );
  assertEquals(
    functions.map(({ name, start, end }) => [name, start, end]),
    [
      ["Svc.run", [2, 6], [2, 24]],
      ["get Svc.size", [3, 11], [3, 31]],
      ["new Svc", [4, 14], [4, 24]],
      ["f", [5, 11], [5, 21]],
      ["m", [5, 30], [5, 40]],
      ["default", [6, 16], [6, 51]],
      [undefined, [6, 38], [6, 48]],
    ],
  );
});
