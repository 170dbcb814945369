import type { Parser } from "./_syntax_tree.ts";
import { instrument } from "./instrument.ts";

/** Something of all that apps are made of. */
const SAMPLE = `
import { other } from "./other.ts";
const limit = 10;
export class Service {
  #items = new Map();
  constructor(name, { size = 3 } = {}) { this.name = name; this.size = size; }
  get count() { return this.#items.size; }
  static of(...names) { return names.map((name) => new Service(name)); }
  async load(id) {
    if (!this.#items.has(id)) {
      const row = await other(\`select \${id}\`);
      for (const key of Object.keys(row)) this.#items.set(key, row[key]);
    }
    try { return this.#items.get(id) ?? null; } catch (error) { throw error; }
  }
}
function* numbers() { for (let index = 0; index < limit; index++) yield index; }
export default async (request) => {
  const { pathname, searchParams } = new URL(request.url);
  const [service] = Service.of("one", "two");
  switch (pathname) {
    case "/sum": return Response.json([...numbers()].reduce((a, b) => a + b, 0));
    default: return new Response(await service.load(searchParams.get("id")));
  }
};
`;

const ROUNDS = 3;

/** Instruments something, since the first times take longer than all later ones. */
export function rehearseInstrument(parser: Parser): void {
  for (let round = 0; round < ROUNDS; round++) {
    instrument(SAMPLE, { parser, key: "rehearsal", isCommonJs: false });
  }
}
