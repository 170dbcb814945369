import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import {
  assert,
  assertEquals,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { createHash } from "node:crypto";
import { reserveAddresses } from "../../serving/_reserve_addresses.ts";
import { startServer } from "../../serving/_start_server.ts";
import { createLog } from "../../serving/log.ts";
import type { Handler } from "../../serving/handler.ts";
import type { RelayTarget } from "../../reloader/_relay_link.ts";
import type { BindAddress } from "../../serving/bind_address.ts";
import { rawConnect, rawRequest } from "../_raw_http.ts";
import {
  readAll,
  readThrough,
  send,
  startRelay,
  startTarget,
} from "./_relay_target.ts";

const MEBIBYTE = 1024 * 1024;
const GET = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const unixOnly = { ignore: Deno.build.os === "windows" };

/** Serves an app as a generation does to which everything is relayed. */
function startRelayed(addresses: readonly BindAddress[], app: Handler) {
  const reserved = reserveAddresses(addresses, true, false);
  const relay = reserved.relay!;
  const server = startServer(reserved.addresses, app, {}, {
    log: createLog(() => {}),
    relayed: reserved.relayed,
  });
  const { port, clients } = server.relayed!;
  const target: RelayTarget = {
    port,
    announce: (client) => Promise.resolve(clients.add(client)),
    forget: (port) => Promise.resolve(clients.remove(port)),
  };
  relay.use(target);
  return {
    relay,
    server,
    clients,
    privatePort: port,
    async [Symbol.asyncDispose]() {
      relay.close();
      await server.shutdown();
      await relay.finish();
    },
  };
}

/** Answers with what the app is told about the connection. */
const tellInfo: Handler = (request, { remoteAddr, localAddr }) =>
  Response.json({ url: request.url, remoteAddr, localAddr });

/** Bytes that no two places of a stream have alike. */
function chunkOf(index: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(65_536)).fill(index % 256, 0, 8);
}

/** Sends 10 MiB and returns their hash. */
async function sendMuch(connection: Deno.Conn): Promise<string> {
  const hash = createHash("sha256");
  for (let index = 0; index < 160; index++) {
    let rest = chunkOf(index);
    hash.update(rest);
    while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
  }
  await connection.closeWrite();
  return hash.digest("hex");
}

/** Reads to the end and returns the hash. */
async function hashAll(connection: Deno.Conn): Promise<string> {
  const hash = createHash("sha256");
  const bytes = new Uint8Array(100_000);
  for (let count; (count = await connection.read(bytes)) !== null;) {
    hash.update(bytes.subarray(0, count));
  }
  return hash.digest("hex");
}

/** Sends until nothing more is taken for a while, and returns how much was. */
async function sendUntilStalled(connection: Deno.Conn): Promise<number> {
  const bytes = new Uint8Array(MEBIBYTE);
  for (let sent = 0;;) {
    const stalled = Promise.withResolvers<undefined>();
    const timer = setTimeout(stalled.resolve, 500, undefined);
    const writing = connection.write(bytes);
    writing.catch(() => {
      // Closed while it waits, as it does once it has stalled.
    });
    const count = await Promise.race([writing, stalled.promise]);
    clearTimeout(timer);
    if (count === undefined) return sent;
    sent += count;
    if (sent > 200 * MEBIBYTE) return sent;
  }
}

Deno.test("Relay carries bytes both ways", async () => {
  await using target = startTarget(async (connection) => {
    await send(connection, `got ${await readThrough(connection, "ping")}`);
    await readAll(connection);
  });
  await using relayed = startRelay();
  relayed.relay.use(target);
  using client = await Deno.connect({ port: relayed.port });
  await send(client, "ping");
  assertEquals(await readThrough(client, "ping"), "got ping");
});

Deno.test("Relay waits for the answer when the client has ended its side", async () => {
  await using target = startTarget(async (connection) => {
    await send(connection, `all of it: ${await readAll(connection)}`);
  });
  await using relayed = startRelay();
  relayed.relay.use(target);
  using client = await Deno.connect({ port: relayed.port });
  await send(client, "first, ");
  await send(client, "last");
  await client.closeWrite();
  assertEquals(await readAll(client), "all of it: first, last");
});

Deno.test("Relay still takes bytes when the server has ended its side", async () => {
  const received = Promise.withResolvers<string>();
  await using target = startTarget(async (connection) => {
    await readThrough(connection, "hello");
    await send(connection, "that is all");
    await connection.closeWrite();
    received.resolve(await readAll(connection));
  });
  await using relayed = startRelay();
  relayed.relay.use(target);
  using client = await Deno.connect({ port: relayed.port });
  await send(client, "hello");
  assertEquals(await readAll(client), "that is all");
  await send(client, "one thing more");
  await client.closeWrite();
  assertEquals(await received.promise, "one thing more");
});

Deno.test("Relay hands on an answer that comes before the request has ended", async () => {
  await using target = startTarget(async (connection) => {
    await readThrough(connection, "x");
    await send(connection, "too large");
  });
  await using relayed = startRelay();
  relayed.relay.use(target);
  using client = await Deno.connect({ port: relayed.port });
  const bytes = new Uint8Array(MEBIBYTE).fill("x".charCodeAt(0));
  const sending = (async () => {
    for (let i = 0; i < 4; i++) await client.write(bytes);
  })().catch(() => {
    // Nobody listens any more.
  });
  assertEquals(await readAll(client), "too large");
  await sending;
});

Deno.test("Relay carries 10 MiB each way at once, unchanged", async () => {
  const hashes = Promise.withResolvers<[string, string]>();
  await using target = startTarget(async (connection) => {
    hashes.resolve(
      await Promise.all([hashAll(connection), sendMuch(connection)]),
    );
  });
  await using relayed = startRelay();
  relayed.relay.use(target);
  using client = await Deno.connect({ port: relayed.port });
  const [received, sent] = await Promise.all([
    hashAll(client),
    sendMuch(client),
  ]);
  assertEquals(await hashes.promise, [sent, received]);
});

Deno.test("Relay keeps no more in memory than a buffer when nobody reads", async () => {
  const end = Promise.withResolvers<void>();
  await using target = startTarget(() => end.promise);
  await using relayed = startRelay();
  relayed.relay.use(target);
  const client = await Deno.connect({ port: relayed.port });
  const { external } = Deno.memoryUsage();
  // What the system keeps for the two connections, a few megabytes.
  assertLess(await sendUntilStalled(client), 100 * MEBIBYTE);
  assertLess(Deno.memoryUsage().external - external, 4 * MEBIBYTE);
  client.close();
  end.resolve();
});

Deno.test("Relay lets connections wait for the first generation", async () => {
  await using target = startTarget((connection) => send(connection, "here"));
  await using relayed = startRelay();
  const clients = await Promise.all(
    Array.from({ length: 5 }, () => Deno.connect({ port: relayed.port })),
  );
  for (const client of clients) await send(client, "?");
  assertEquals(target.events, []);
  relayed.relay.use(target);
  assertEquals(
    await Promise.all(clients.map(readAll)),
    Array(5).fill("here"),
  );
  clients.forEach((client) => client.close());
});

Deno.test("Relay lets connections wait when a generation does not listen any more", async () => {
  await using next = startTarget((connection) => send(connection, "next"));
  const dead = startTarget((connection) => send(connection, "dead"));
  await dead[Symbol.asyncDispose]();
  await using relayed = startRelay();
  relayed.relay.use(dead);
  using client = await Deno.connect({ port: relayed.port });
  await send(client, "?");
  relayed.relay.use(undefined);
  relayed.relay.use(next);
  assertEquals(await readAll(client), "next");
  assertEquals(dead.clients, []);
});

Deno.test("Relay gives an unused connection to the generation that serves when it is used", async () => {
  await using first = startTarget((connection) => send(connection, "first"));
  await using second = startTarget((connection) => send(connection, "second"));
  await using relayed = startRelay();
  relayed.relay.use(first);
  using used = await Deno.connect({ port: relayed.port });
  using unused = await Deno.connect({ port: relayed.port });
  await send(used, "?");
  assertEquals(await readAll(used), "first");
  relayed.relay.use(second);
  await send(unused, "?");
  assertEquals(await readAll(unused), "second");
});

Deno.test("Relay leaves a connection with its generation", async () => {
  await using first = startTarget(async (connection) => {
    await readThrough(connection, "1");
    await send(connection, "first;");
    await readThrough(connection, "2");
    await send(connection, "first still;");
  });
  await using second = startTarget((connection) => send(connection, "second"));
  await using relayed = startRelay();
  relayed.relay.use(first);
  using client = await Deno.connect({ port: relayed.port });
  await send(client, "1");
  await readThrough(client, "first;");
  relayed.relay.use(second);
  await send(client, "2");
  assertEquals(await readAll(client), "first still;");
});

Deno.test("Relay announces a client before its bytes and holds the port until it is forgotten", async () => {
  const events: string[] = [];
  await using target = startTarget(async (connection) => {
    await readThrough(connection, "bytes");
    events.push("bytes");
    await send(connection, "bye");
  });
  const ended = Promise.withResolvers<void>();
  await using relayed = startRelay();
  relayed.relay.use({
    port: target.port,
    async announce() {
      // What is wrong would have all the time to happen.
      await new Promise((resolve) => setTimeout(resolve, 50));
      events.push("announced");
    },
    async forget(port) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      // Nobody else can connect from there now.
      events.push(isFree(port) ? "free" : "held", "forgotten");
      ended.resolve();
    },
  });
  const client = await Deno.connect({ port: relayed.port });
  await send(client, "bytes");
  // The server has closed: with the relay's side closed the port would be free.
  assertEquals(await readAll(client), "bye");
  client.close();
  await ended.promise;
  assertEquals(events, [
    "announced",
    "bytes",
    "held",
    "forgotten",
  ]);
});

/** Whether a port can be had. */
function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}

Deno.test("Relay drops what waits when it is closed, and accepts no more", async () => {
  await using relayed = startRelay();
  using client = await Deno.connect({ port: relayed.port });
  await send(client, "?");
  await relayed.relay.finish();
  assertEquals(await readAll(client).catch(() => ""), "");
  await assertRejects(
    () => Deno.connect({ port: relayed.port }),
    Deno.errors.ConnectionRefused,
  );
});

Deno.test("Relay closes what a client leaves open when it finishes", async () => {
  const target = startTarget((connection) => send(connection, "bye"));
  await using relayed = startRelay();
  relayed.relay.use(target);
  using client = await Deno.connect({ port: relayed.port });
  await send(client, "?");
  assertEquals(await readAll(client), "bye");
  await target[Symbol.asyncDispose]();
  await relayed.relay.finish();
});

for (const hostname of ["127.0.0.1", "::1", "localhost"]) {
  Deno.test(`Relay tells the app both addresses on ${hostname}`, async () => {
    const address: BindAddress = { transport: "tcp", hostname, port: 0 };
    await using relayed = startRelayed([address], tellInfo);
    const { server } = relayed;
    for (const addr of server.addrs as Deno.NetAddr[]) {
      using client = await Deno.connect({ ...addr, transport: "tcp" });
      await send(client, GET.replace("localhost", `localhost:${addr.port}`));
      const { transport, hostname, port } = client.localAddr as Deno.NetAddr;
      const body = (await readAll(client)).split("\r\n\r\n")[1]!;
      assertEquals(JSON.parse(body), {
        url: `http://localhost:${addr.port}/`,
        remoteAddr: { transport, hostname, port },
        localAddr: { ...addr },
      });
    }
    assertEquals(server.addrs.length, hostname === "localhost" ? 2 : 1);
    assertEquals(relayed.privatePort === server.port, false);
    assertStringIncludes(server.url, `:${server.port}/`);
  });
}

Deno.test(
  "Relay tells the app of a Unix socket, with its mode and without a check of the host",
  unixOnly,
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "s" });
    const path = `${folder}/s`;
    const address: BindAddress = { transport: "unix", path, mode: 0o600 };
    {
      await using relayed = startRelayed([address], tellInfo);
      assertEquals(relayed.server.url, `unix://${path}`);
      assertEquals((await Deno.lstat(path)).mode! & 0o777, 0o600);
      const { status, body } = await rawRequest(
        { path },
        GET.replace("localhost", "anything.test"),
      );
      assertEquals(status, 200);
      const { remoteAddr, localAddr } = JSON.parse(body);
      assertEquals(remoteAddr, { transport: "unix", path });
      assertEquals(localAddr, { transport: "unix", path });
    }
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
    await Deno.remove(folder);
  },
);

/** `Deno.connect` cannot choose the address of this side. */
function connectFrom(
  localAddress: string,
  localPort: number,
  port: number,
): Socket {
  return connect({ host: "127.0.0.1", port, localAddress, localPort });
}

Deno.test("startServer() checks the host of what is relayed", async () => {
  const address: BindAddress = {
    transport: "tcp",
    hostname: "localhost",
    port: 0,
  };
  await using relayed = startRelayed([address], tellInfo);
  const evil = GET.replace("localhost", "evil.test");
  assertEquals((await rawRequest(relayed.server.port!, evil)).status, 421);
});

Deno.test("startServer() serves nobody on the private port but the relay", async () => {
  let calls = 0;
  const address: BindAddress = {
    transport: "tcp",
    hostname: "localhost",
    port: 0,
  };
  await using relayed = startRelayed([address], () => {
    calls++;
    return new Response("secret");
  });
  const { privatePort, server, clients } = relayed;
  const attacks = [
    GET,
    GET.replace("localhost", `localhost:${server.port}`),
    GET.replace("\r\n\r\n", "\r\nX-Devserve-Client: {}\r\n\r\n"),
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi",
  ];
  for (const attack of attacks) {
    const response = await rawRequest(privatePort, attack);
    assertEquals(response.status, 403);
    assert(!response.body.includes("secret"));
    assertEquals(calls, 0);
  }
  // Nor a connection whose client is gone.
  using connection = await Deno.connect({ port: privatePort });
  const { localAddr } = connection;
  clients.add({ port: localAddr.port, address: localAddr, local: localAddr });
  const request = GET.replace("Connection: close\r\n", "");
  await send(connection, request);
  await readThrough(connection, "secret");
  clients.remove(localAddr.port);
  await send(connection, request);
  const last = await readThrough(connection, "private\n");
  assertStringIncludes(last, "HTTP/1.1 403");
  assert(!last.includes("secret"));
  assertEquals(calls, 1);
});

Deno.test(
  "startServer() serves nobody from another address with the port of a client",
  // Only there every address from 127.0.0.1 on is one of this machine.
  { ignore: Deno.build.os !== "linux" },
  async () => {
    const address: BindAddress = {
      transport: "tcp",
      hostname: "localhost",
      port: 0,
    };
    await using relayed = startRelayed([address], () => new Response("secret"));
    const { privatePort, clients } = relayed;
    using client = await Deno.connect({ port: privatePort });
    const { localAddr } = client;
    clients.add({ port: localAddr.port, address: localAddr, local: localAddr });
    const attacker = connectFrom("127.0.0.2", localAddr.port, privatePort);
    attacker.write(GET);
    const answer = await text(attacker);
    assertStringIncludes(answer, "HTTP/1.1 403");
    assert(!answer.includes("secret"));
  },
);

Deno.test("Relay has the generation forget the clients that are gone", async () => {
  const address: BindAddress = {
    transport: "tcp",
    hostname: "127.0.0.1",
    port: 0,
  };
  await using relayed = startRelayed([address], tellInfo);
  for (let i = 0; i < 20; i++) {
    using connection = await rawConnect(relayed.server.port!);
    await connection.send(GET);
    assertEquals((await connection.readResponse()).status, 200);
  }
  await relayed.relay.finish();
  assertEquals(relayed.clients.size, 0);
});
