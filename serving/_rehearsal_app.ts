/**
 * The app that a process serves for itself before it serves the user's. It has
 * something of all that is in apps: what Deno's transpiler and V8 do for the first
 * time takes several times as long.
 */
export const REHEARSAL_APP = `
interface Item<Key extends string = string> { key: Key; readonly count?: number }
type Handle = (request: Request) => Response | Promise<Response>;
enum Level { Low = 1, High = Low << 1 }

const limit: number = 0.5 * 4 + Level.High;
let seen = 0;

abstract class Base<T extends Item> {
  protected constructor(readonly items: Map<string, T>, private size = 1) {}
  abstract find(key: string): T | undefined;
  get total(): number { return this.items.size + this.size; }
}

export class Items extends Base<Item> {
  #last?: Item;
  static from(...keys: string[]): Items {
    return new Items(new Map(keys.map((key) => [key, { key }])));
  }
  override find(key: string): Item | undefined {
    const item = this.items.get(key);
    if (item !== undefined && !(item.key === "")) this.#last = { ...item, count: 1 };
    return this.#last ?? item!;
  }
}

function* pairs<T>(list: readonly T[]): Generator<[number, T]> {
  for (let index = 0; index < list.length; index++) yield [index, list[index]!];
}

async function slow(ms: number, ...rest: unknown[]): Promise<Response> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return new Response(rest.join(" "), { status: rest.length > 1 ? 200 : 404 });
}

function events(): Response {
  let timer: number | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      timer = setInterval(() => controller.enqueue(new Uint8Array(1)), 100);
    },
    cancel: () => clearInterval(timer),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

const routes: Record<string, Handle> = { "/slow": () => slow(1, "a", 2), "/events": events };

const handle: Handle = (request) => {
  const { pathname, searchParams: query } = new URL(request.url);
  try {
    const route = routes[pathname as string];
    if (route) return route(request);
    for (const [index, item] of pairs([...Items.from("a", "b").items.values()])) {
      if (index > limit) break;
      else seen += item?.count ?? 1;
    }
    switch (query.get("as")) {
      case "json": return Response.json({ seen, path: pathname });
      default: return new Response(/^.[a-z]*$/i.test(pathname) ? "warm" : "cold");
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new Response(error.message, { status: 500 });
  }
};

export default { fetch: handle } satisfies { fetch: Handle };
`;
