// Works through packages that are installed beside it and prints what comes out.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as acorn from "acorn";
import * as babel from "@babel/parser";
import * as meriyah from "meriyah";
import hljs from "highlight.js";
import * as _ from "lodash-es";

const require = createRequire(import.meta.url);

function hash(value) {
  const text = JSON.stringify(
    value,
    (_key, item) =>
      typeof item === "bigint" || item instanceof RegExp ? `${item}` : item,
  );
  return createHash("sha256").update(text ?? "nothing").digest("hex")
    .slice(0, 16);
}

function attempt(work) {
  try {
    return work();
  } catch (error) {
    return [error.name, error.message, error.pos, error.loc];
  }
}

const folder = new URL("./node_modules/lodash-es/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".js")).sort()
  .slice(0, 120);
const texts = names.map((name) => readFileSync(new URL(name, folder), "utf8"))
  .concat(
    readFileSync(
      new URL("./node_modules/meriyah/dist/meriyah.mjs", import.meta.url),
      "utf8",
    )
      .slice(0, 0),
    "class A extends B { #p = 1; static { this.x = 2 } async *g() { yield* h(); } }",
    "for (const [a, { b = 1, ...c }] of d) label: while (x?.y ?? z) continue label;",
    "export default async () => { for await (const x of y) await x; }; import('z');",
    "let x = `a${b}c` + /re(?<n>x)/giu.exec(y)?.[0] ** 2n;",
    "function ( { broken",
    "let a; let a;",
    "return 1 +",
    "'use strict'; with (a) {}",
    "a => { await b }",
  );

for (const [index, text] of texts.entries()) {
  const made = [
    attempt(() =>
      acorn.parse(text, {
        ecmaVersion: "latest",
        sourceType: "module",
        locations: true,
      })
    ),
    attempt(() =>
      babel.parse(text, { sourceType: "module", plugins: ["jsx"] }).program
    ),
    attempt(() => meriyah.parseModule(text, { next: true, loc: true })),
  ];
  console.log(index, made.map(hash).join(" "));
}

for (const language of hljs.listLanguages().sort()) {
  const result = attempt(() =>
    hljs.highlight(texts[7] + "\n# x = 'y' <b>1.5e3</b>\n" + texts[60], {
      language,
    })
  );
  console.log(language, hash(result.value ?? result), result.relevance);
}
console.log(hash(hljs.highlightAuto(texts[30].slice(0, 400)).value));
console.log(
  require("highlight.js/lib/core") === undefined,
  require("highlight.js/package.json").name,
);

const data = _.range(60).map((n) => ({
  id: n,
  group: n % 7,
  name: `n${n}`,
  nested: { list: [n, [n + 1, [n + 2]]], at: new Date(n) },
}));
const made = {
  groups: _.groupBy(data, "group"),
  sorted: _.orderBy(data, ["group", "id"], ["desc", "asc"]),
  deep: _.cloneDeep(data),
  merged: _.merge({}, ...data),
  flat: _.flattenDeep(data.map((item) => item.nested.list)),
  picked: data.map((item) => _.pick(item, ["id", "nested.list[1][0]"])),
  chained: _.chain(data).filter({ group: 3 }).map("name").reverse().value(),
  words: _.words("fred, barney & pebbles"),
  cases: ["camelCase", "kebabCase", "startCase", "snakeCase"].map((name) =>
    _[name]("--foo bar--")
  ),
  template: _.template(
    "<% _.forEach(users, (u) => { %><li><%- u %></li><% }); %>",
    { imports: { _ } },
  )({ users: ["a<b", "c"] }),
  equal: _.isEqual(data, _.cloneDeep(data)),
  curried: _.curry((a, b, c) => a + b + c)(1)(2)(3),
  memo: _.memoize((n) => n * 2)(21),
  zipped: _.zipObjectDeep(["a.b[0].c", "a.b[1].d"], [1, 2]),
  difference: _.differenceWith(data, data.slice(3), _.isEqual),
  invoked: attempt(() => _.invokeMap(data, "nested.missing.x")),
  thrown: attempt(() => _.before(2, null)),
  attempted: _.attempt(() => JSON.parse("{")).message,
  debounced: typeof _.debounce(() => 1, 10).cancel,
};
for (const [name, value] of Object.entries(made)) {
  console.log(name, hash(value));
}
