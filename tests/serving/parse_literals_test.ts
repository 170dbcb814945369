import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { parseLiterals } from "../../serving/_parse_literals.ts";

Deno.test("parseLiterals() reads numbers", () => {
  assertEquals(
    parseLiterals("(0, -1, +2, 3.5, .5, 6., 1e3, -2E-2, 0x1F, -0b11, 0o17)"),
    [0, -1, 2, 3.5, 0.5, 6, 1000, -0.02, 31, -3, 15],
  );
  assertStrictEquals(parseLiterals("(-0)")[0], -0);
});

Deno.test("parseLiterals() reads strings in either quotes", () => {
  assertEquals(parseLiterals(`("it's", 'say "hi"', '', "☃ :,)]}")`), [
    "it's",
    'say "hi"',
    "",
    "☃ :,)]}",
  ]);
});

Deno.test("parseLiterals() reads escapes", () => {
  assertEquals(
    parseLiterals(
      String.raw`("\n\r\t\b\f\v\0\\\/\'\"", "\x41\u0042\u{1F600}")`,
    ),
    ["\n\r\t\b\f\v\0\\/'\"", "AB😀"],
  );
});

Deno.test("parseLiterals() reads the words of JavaScript and Python", () => {
  assertEquals(
    parseLiterals("(true, false, null, undefined, True, False, None)"),
    [true, false, null, undefined, true, false, null],
  );
});

Deno.test("parseLiterals() reads nested arrays and objects", () => {
  assertEquals(
    parseLiterals(
      `([], [1, [2,],], {}, {a: {'b c': [null]}, "d": 1, 2: "e",})`,
    ),
    [[], [1, [2]], {}, { a: { "b c": [null] }, d: 1, 2: "e" }],
  );
});

Deno.test("parseLiterals() accepts a trailing comma and spaces anywhere", () => {
  assertEquals(parseLiterals(" ( \n 1 , \t 2 , ) "), [1, 2]);
});

Deno.test("parseLiterals() collects keyword arguments in one object at the end", () => {
  assertEquals(
    parseLiterals(`("dev", {a: 1}, debug=True, größe = [1],)`),
    ["dev", { a: 1 }, { debug: true, größe: [1] }],
  );
  assertEquals(parseLiterals("(x=1)"), [{ x: 1 }]);
});

Deno.test("parseLiterals() throws SyntaxError naming what is not a literal", () => {
  const cases: [text: string, found: string][] = [
    ["(Gunicorn)", `there is "Gunicorn"`],
    ["(Deno.exit())", `there is "Deno.exit()"`],
    ["(Deno.exit)", `there is "Deno.exit"`],
    ["(true.constructor)", `there is "true.constructor"`],
    ["(null [0])", `there is "null"`],
    ["([].constructor)", `there is ".constructor"`],
    ["({}.x)", `there is ".x"`],
    [`("a".x)`, `there is ".x"`],
    ["(new Date)", `there is "new"`],
    ["(() => 1)", `there is "("`],
    ["(a => 1)", `there is "a"`],
    ["(a == 1)", `there is "a"`],
    ["(a, b=c)", `there is "a"`],
    ["(b=c)", `there is "c"`],
    ["(...[1])", `there is "..."`],
    ["({...a})", `there is "...a"`],
    ["({a})", `there is "}"`],
    ["({[1]: 2})", `there is "["`],
    ["({get a() {}})", `there is "a()"`],
    ["(1 + 1)", `there is "+"`],
    ["(1n)", `there is "1n"`],
    ["(007)", `there is "007"`],
    ["(1_000)", `there is "1_000"`],
    ["(NaN)", `there is "NaN"`],
    ["(-Infinity)", `there is "-Infinity"`],
    ["(1, 2", "they end"],
    ["([1, 2)", `there is ")"`],
    ["(1 2)", `there is "2"`],
    ["(,)", `there is ","`],
    ["([,])", `there is ","`],
    ["(1)(2)", `there is "("`],
    ["(1) x", `there is "x"`],
    ["(/a/)", `there is "/"`],
  ];
  for (const [text, found] of cases) {
    assertThrows(() => parseLiterals(text), SyntaxError, found, text);
  }
});

Deno.test("parseLiterals() throws SyntaxError when text is a template", () => {
  assertThrows(
    () => parseLiterals("(`${Deno.exit()}`)"),
    SyntaxError,
    "a template is not a literal value (at character 2)",
  );
});

Deno.test("parseLiterals() evaluates nothing", () => {
  for (
    const attack of [
      "(globalThis.hit = 1)",
      "(x=globalThis.hit=1)",
      "((globalThis.hit = 1))",
      "([globalThis.hit = 1])",
      "({a: globalThis.hit = 1})",
      "({[globalThis.hit = 1]: 1})",
      "(`${globalThis.hit = 1}`)",
      "(1); globalThis.hit = 1",
      "(1)\nglobalThis.hit = 1",
      '("");globalThis.hit=1//")',
      String.raw`("\u0022);globalThis.hit=1//"`,
      "(import('data:text/javascript,globalThis.hit=1'))",
    ]
  ) {
    assertThrows(() => parseLiterals(attack), SyntaxError);
  }
  assertEquals(Reflect.has(globalThis, "hit"), false);
});

Deno.test("parseLiterals() throws SyntaxError when a key is __proto__", () => {
  for (
    const attack of [
      "({__proto__: {polluted: 1}})",
      `({"__proto__": {polluted: 1}})`,
      String.raw`({"\u005f_proto__": {polluted: 1}})`,
      "([{a: {__proto__: {polluted: 1}}}])",
      "(__proto__={polluted: 1})",
    ]
  ) {
    assertThrows(
      () => parseLiterals(attack),
      SyntaxError,
      `the key "__proto__" is not allowed`,
    );
  }
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("parseLiterals() makes own properties of other special keys", () => {
  const [value] = parseLiterals("({constructor: {prototype: {polluted: 1}}})");
  assertEquals(Object.keys(value as object), ["constructor"]);
  assertEquals(Object.getPrototypeOf(value), Object.prototype);
  assertEquals(Reflect.get({}, "polluted"), undefined);
});

Deno.test("parseLiterals() throws SyntaxError when a key is repeated", () => {
  for (const text of ["({a: 1, 'a': 2})", "(a=1, a=2)"]) {
    assertThrows(
      () => parseLiterals(text),
      SyntaxError,
      `the key "a" is repeated`,
    );
  }
});

Deno.test("parseLiterals() throws SyntaxError when a positional argument is late", () => {
  assertThrows(
    () => parseLiterals("(a=1, 2)"),
    SyntaxError,
    "a positional argument follows a keyword one",
  );
});

Deno.test("parseLiterals() throws SyntaxError when a string does not end", () => {
  for (const text of [`("a`, `('a")`, `("a\nb")`, `("a\\")`]) {
    assertThrows(
      () => parseLiterals(text),
      SyntaxError,
      "a string has no closing",
    );
  }
});

Deno.test("parseLiterals() throws SyntaxError when an escape is unknown", () => {
  for (
    const escape of ["\\d", "\\x1", "\\u12", "\\u{110000}", "\\01", "\\\n"]
  ) {
    assertThrows(
      () => parseLiterals(`("C:${escape}")`),
      SyntaxError,
      "a backslash is written \\\\",
    );
  }
});

Deno.test("parseLiterals() throws SyntaxError when a number is too large", () => {
  assertThrows(
    () => parseLiterals("(-1e999)"),
    SyntaxError,
    "the number -1e999 is too large",
  );
});

Deno.test("parseLiterals() throws SyntaxError when values are nested too deeply", () => {
  assertEquals(
    parseLiterals(`(${"[".repeat(100)}${"]".repeat(100)})`).length,
    1,
  );
  for (const text of ["[".repeat(100_000), "{a:".repeat(100_000)]) {
    assertThrows(
      () => parseLiterals(`(${text}`),
      SyntaxError,
      "values are nested too deeply",
    );
  }
});
