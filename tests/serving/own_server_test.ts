import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import {
  beginCapture,
  captured,
  type OwnServer,
  withServeCaught,
} from "../../serving/_own_server.ts";
import { answer } from "./_load_fixtures.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

/** What a function that serves would have served. */
async function caught(load: () => unknown): Promise<OwnServer> {
  // deno-lint-ignore require-await -- errors of `load` have to be rejections
  const { own } = await withServeCaught(async () => {
    load();
  });
  assert(own !== undefined);
  return own;
}

Deno.test("withServeCaught() passes on what was loaded", async () => {
  assertEquals(await withServeCaught(() => Promise.resolve(1)), {
    loaded: { value: 1 },
  });
});

Deno.test("withServeCaught() takes every form of Deno.serve", async () => {
  const handler = () => new Response("taken");
  const forms = [
    () => Deno.serve(handler),
    () => Deno.serve(LOCAL, handler),
    () => Deno.serve({ ...LOCAL, handler }),
  ];
  for (const serve of forms) {
    const { app, name } = await caught(serve);
    assertEquals(name, "Deno.serve");
    assertEquals(await answer(app), "taken");
  }
});

Deno.test("withServeCaught() leaves a wrong call to Deno.serve", async () => {
  for (const args of [[], [null], [{}], [{}, 1]]) {
    await assertRejects(
      () => caught(() => Reflect.apply(Deno.serve, undefined, args)),
      TypeError,
    );
  }
});

Deno.test("withServeCaught() restores Deno.serve as it was", async () => {
  const before = Object.getOwnPropertyDescriptor(Deno, "serve");
  const real = Deno.serve;
  await withServeCaught(() =>
    Promise.resolve(Deno.serve(() => new Response()))
  );
  assertStrictEquals(Deno.serve, real);
  assertEquals(Object.getOwnPropertyDescriptor(Deno, "serve"), before);
  await assertRejects(() =>
    withServeCaught(() => Promise.reject(new Error("x")))
  );
  assertStrictEquals(Deno.serve, real);
});

Deno.test("withServeCaught() lets a second server through", async () => {
  let second: Deno.HttpServer<Deno.NetAddr> | undefined;
  const { app } = await caught(() => {
    Deno.serve(() => new Response("first"));
    second = Deno.serve(LOCAL, () => new Response("second"));
  });
  assertEquals(await answer(app), "first");
  const response = await fetch(`http://127.0.0.1:${second!.addr.port}/`);
  assertEquals(await response.text(), "second");
  await second!.shutdown();
});

Deno.test("withServeCaught() lets servers through after the load", async () => {
  let kept: typeof Deno.serve | undefined;
  await withServeCaught(() => {
    kept = Deno.serve;
    return Promise.resolve();
  });
  for (const serve of [kept!, Deno.serve]) {
    await using server = serve(LOCAL, () => new Response("real"));
    const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
    assertEquals(await response.text(), "real");
  }
});

Deno.test("withServeCaught() hands a server that looks like one", async () => {
  let server: Deno.HttpServer<Deno.NetAddr> | undefined;
  let heard: Deno.Addr | undefined;
  const onListen = (address: Deno.NetAddr) => void (heard = address);
  const own = await caught(() => {
    const options = { port: 1, hostname: "::1", onListen };
    server = Deno.serve(options, () => new Response());
  });
  assertEquals(server!.addr, { transport: "tcp", hostname: "::1", port: 1 });
  server!.ref();
  server!.unref();
  const real = { transport: "tcp", hostname: "127.0.0.1", port: 8000 } as const;
  assert(typeof own.app === "object");
  own.app.onListen?.(real);
  // One more address makes no second call.
  own.app.onListen?.({ ...real, hostname: "::1" });
  assertEquals(heard, real);
  assertEquals(server!.addr, real);
});

Deno.test("withServeCaught() gives a Unix address for a path", async () => {
  let server: Deno.HttpServer | undefined;
  await caught(() => {
    server = Deno.serve({ path: "/x.sock" }, () => new Response());
  });
  assertEquals(server!.addr, { transport: "unix", path: "/x.sock" });
});

Deno.test("withServeCaught() reports the shutdown of the server", async () => {
  const abort = new AbortController();
  const ways: ((server: Deno.HttpServer) => unknown)[] = [
    (server) => server.shutdown(),
    (server) => server[Symbol.asyncDispose](),
    () => abort.abort(),
  ];
  for (const stop of ways) {
    let server: Deno.HttpServer | undefined;
    const own = await caught(() => {
      server = Deno.serve({ signal: abort.signal }, () => new Response());
    });
    await stop(server!);
    await own.server!.closed;
    await server!.finished;
  }
});

Deno.test("withServeCaught() finishes the server when told to", async () => {
  let server: Deno.HttpServer | undefined;
  const own = await caught(() => {
    server = Deno.serve(() => new Response());
  });
  own.server!.close();
  await server!.finished;
});

Deno.test("withServeCaught() keeps to the onError of the server", async () => {
  const onError = (error: unknown) => new Response(`handled ${error}`);
  const handlers: Deno.ServeHandler[] = [
    () => {
      throw "at once";
    },
    () => Promise.reject("later"),
  ];
  const answers = [];
  for (const handler of handlers) {
    const { app } = await caught(() => Deno.serve({ onError }, handler));
    answers.push(await answer(app));
  }
  assertEquals(answers, ["handled at once", "handled later"]);
});

Deno.test("withServeCaught() forgets a server that is over before the load", async () => {
  const result = await withServeCaught(async () => {
    const server = Deno.serve(() => new Response("for a moment"));
    await server.shutdown();
    await server.finished;
    Deno.serve(() => new Response("to stay"));
    // Once more changes nothing.
    await server.shutdown();
    return "loaded";
  });
  assertEquals(result.loaded, { value: "loaded" });
  assertEquals(await answer(result.own!.app), "to stay");
});

Deno.test("withServeCaught() waits no longer for a load that waits for its server", async () => {
  let late: ReturnType<typeof setTimeout> | undefined;
  const { loaded, own } = await withServeCaught(async () => {
    const server = Deno.serve(() => new Response("served"));
    // Lets the load end, and so the test fail, should it be waited for.
    late = setTimeout(() => server.shutdown(), 10_000);
    await server.finished;
  }, { grace: 1_000_000 });
  clearTimeout(late);
  assertEquals(loaded, undefined);
  assertEquals(await answer(own!.app), "served");
});

Deno.test("withServeCaught() waits for a load that only looks at finished", async () => {
  const { loaded, own } = await withServeCaught(async () => {
    Deno.serve(() => new Response()).finished.then(() => {});
    for (let i = 0; i < 100; i++) await null;
    return "loaded";
  });
  assertEquals(loaded, { value: "loaded" });
  assertEquals(own!.name, "Deno.serve");
});

Deno.test("withServeCaught() gives a load that has served a grace time", async () => {
  const end = Promise.withResolvers<string>();
  const load = () => {
    Deno.serve(() => new Response("served"));
    return end.promise;
  };
  const { loaded, own } = await withServeCaught(load, { grace: 0 });
  assertEquals(loaded, undefined);
  assertEquals(await answer(own!.app), "served");

  const waiting = withServeCaught(load, { grace: 1_000_000 });
  setTimeout(() => end.resolve("loaded"), 5);
  assertEquals((await waiting).loaded, { value: "loaded" });
});

Deno.test("withServeCaught() passes on an error after a server", async () => {
  await assertRejects(
    () =>
      withServeCaught(async () => {
        Deno.serve(() => new Response());
        await null;
        throw new Error("too late to serve");
      }),
    Error,
    "too late to serve",
  );
});

Deno.test("withServeCaught() makes an error after the grace time unhandled", async () => {
  const unhandled = Promise.withResolvers<unknown>();
  const listener = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.resolve(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", listener);
  try {
    const end = Promise.withResolvers<never>();
    await withServeCaught(() => {
      Deno.serve(() => new Response());
      return end.promise;
    }, { grace: 0 });
    end.reject("later");
    assertEquals(await unhandled.promise, "later");
  } finally {
    globalThis.removeEventListener("unhandledrejection", listener);
  }
});

Deno.test("withServeCaught() takes the app of runSimple once", async () => {
  const app = () => new Response("simple");
  const taken: boolean[] = [];
  const own = await caught(() => {
    taken.push(captured(app), captured(app));
  });
  assertEquals(own, { app, name: "runSimple" });
  assertEquals(taken, [true, false]);
  assertEquals(captured(app), false);
});

Deno.test("captured() hands the app over, also from another copy of devserve", async () => {
  const taken: unknown[] = [];
  const end = beginCapture((app) => taken.push(app) > 0);
  const copy = new URL("../../serving/_own_server.ts?copy", import.meta.url);
  const other: { captured: typeof captured } = await import(copy.href);
  const app = () => new Response();
  assertEquals(other.captured(app), true);
  assertEquals(taken, [app]);
  end();
  assertEquals(captured(app), false);
});

Deno.test("Deno.serve is one that can be replaced", () => {
  const descriptor = Object.getOwnPropertyDescriptor(Deno, "serve");
  assertEquals(descriptor?.configurable, true);
  assertThrows(() => Reflect.apply(Deno.serve, undefined, []), TypeError);
});
