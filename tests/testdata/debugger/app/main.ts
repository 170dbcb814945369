// An app that fails in several ways, one for each path.
interface User {
  readonly id: number;
  readonly name: string;
}

export const version = "1.2.3";

let requests = 0;

class Store {
  readonly #users: readonly User[] = [{ id: 1, name: "ann" }];

  find(id: number): User {
    const apiKey = ["s3cret", "key"].join("-");
    const user = this.#users.find((user) => user.id === id);
    if (user === undefined) {
      throw new RangeError(`No user ${id} for ${apiKey.length}`);
    }
    return user;
  }
}

const store = new Store();

async function load(id: number): Promise<User> {
  const started = requests;
  await Promise.resolve(started);
  return store.find(id);
}

export default async function app(request: Request): Promise<Response> {
  requests++;
  const { pathname } = new URL(request.url);
  switch (pathname) {
    case "/ok":
      return Response.json(await load(1));
    case "/count":
      return new Response(String(requests));
    case "/string":
      throw "just text";
    case "/stream":
      return new Response(failingStream());
    case "/nothing":
      return undefined as unknown as Response;
    case "/stray":
      setTimeout(() => void Promise.reject(new Error("nobody awaits")));
      return new Response("ok");
    case "/xss":
      throw new Error(`<script>document.title = "pwned"</script>`);
    default: {
      const password = ["hunter2", "value"].join("-");
      const id = password.length;
      return Response.json(await load(id));
    }
  }
}

function failingStream(): ReadableStream<Uint8Array> {
  let isFirst = true;
  return new ReadableStream({
    pull(controller) {
      if (!isFirst) throw new Error("in the stream");
      isFirst = false;
      controller.enqueue(new TextEncoder().encode("first"));
    },
  });
}
