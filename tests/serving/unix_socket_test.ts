import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Handler, makeServer } from "../../mod.ts";
import { makeFolder, startDevserve } from "../_devserve.ts";
import { startProcess } from "../_process.ts";
import { rawRequest } from "../_raw_http.ts";

const REQUEST =
  "GET / HTTP/1.1\r\nHost: anything.test\r\nConnection: close\r\n\r\n";
const options = { ignore: Deno.build.os === "windows" };

const hello: Handler = () => new Response("hello");

/** A directory for sockets that is removed with all that is in it. */
async function makeDirectory() {
  const path = await Deno.makeTempDir({ prefix: "s" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** Leaves a socket file behind that nobody listens on. */
async function makeStaleSocket(path: string): Promise<void> {
  await using child = startProcess([
    Deno.execPath(),
    "eval",
    `Deno.serve({ path: Deno.args[0] }, () => new Response());
     console.log("listening");`,
    path,
  ]);
  await child.waitFor(/listening/);
  await child.stop("SIGKILL");
  assert((await Deno.lstat(path)).isSocket);
}

Deno.test(
  "makeServer() serves on a Unix socket and removes it at the end",
  options,
  async () => {
    await using directory = await makeDirectory();
    const path = `${directory.path}/s`;
    const app: Handler = (_request, { localAddr, remoteAddr }) =>
      Response.json({ localAddr, remoteAddr: remoteAddr.transport });
    await using server = makeServer(`unix://${path}`, 0, app, { log: false });
    assertEquals([server.url, server.port], [`unix://${path}`, undefined]);
    const { status, body } = await rawRequest({ path }, REQUEST);
    assertEquals(status, 200);
    assertEquals(JSON.parse(body), {
      localAddr: { transport: "unix", path },
      remoteAddr: "unix",
    });
    await server.shutdown();
    await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
  },
);

Deno.test(
  "makeServer() serves on a Unix socket of a relative path",
  options,
  async () => {
    await using directory = await makeDirectory();
    const before = Deno.cwd();
    Deno.chdir(directory.path);
    try {
      await using _server = makeServer("unix://s", 0, hello, { log: false });
      assertEquals((await rawRequest({ path: "s" }, REQUEST)).body, "hello");
    } finally {
      Deno.chdir(before);
    }
  },
);

Deno.test("makeServer() checks no host on a Unix socket", options, async () => {
  await using directory = await makeDirectory();
  const path = `${directory.path}/s`;
  await using _server = makeServer(`unix://${path}`, 0, hello, {
    log: false,
    allowedHosts: ["app.test"],
  });
  for (const host of ["Host: evil.test\r\n", "Host: \r\n", ""]) {
    const response = await rawRequest(
      { path },
      `GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`,
    );
    assertEquals(response.status, 200);
  }
});

Deno.test(
  "makeServer() replaces a socket that nobody listens on",
  options,
  async () => {
    await using directory = await makeDirectory();
    const path = `${directory.path}/s`;
    await makeStaleSocket(path);
    await using _server = makeServer(`unix://${path}`, 0, hello, {
      log: false,
    });
    assertEquals((await rawRequest({ path }, REQUEST)).body, "hello");
  },
);

Deno.test(
  "makeServer() leaves a socket alone that somebody listens on",
  options,
  async () => {
    await using directory = await makeDirectory();
    const path = `${directory.path}/s`;
    await using _server = makeServer(`unix://${path}`, 0, hello, {
      log: false,
    });
    const inode = (await Deno.lstat(path)).ino;
    for (let count = 0; count < 2; count++) {
      assertThrows(
        () => makeServer(`unix://${path}`, 0, () => new Response("mine")),
        Deno.errors.AddrInUse,
        `Cannot listen on "unix://${path}": another process is listening on it`,
      );
    }
    assertEquals((await Deno.lstat(path)).ino, inode);
    assertEquals((await rawRequest({ path }, REQUEST)).body, "hello");
  },
);

Deno.test(
  "makeServer() leaves a socket alone on which another process listens",
  options,
  async () => {
    await using directory = await makeDirectory();
    const path = `${directory.path}/s`;
    await using child = startProcess([
      Deno.execPath(),
      "eval",
      `Deno.serve({ path: Deno.args[0] }, () => new Response("theirs"));
     console.log("listening");`,
      path,
    ]);
    await child.waitFor(/listening/);
    assertThrows(
      () => makeServer(`unix://${path}`, 0, hello),
      Deno.errors.AddrInUse,
    );
    assertEquals((await rawRequest({ path }, REQUEST)).body, "theirs");
  },
);

Deno.test(
  "makeServer() fails for a Unix socket that is named twice",
  options,
  async () => {
    await using directory = await makeDirectory();
    const path = `${directory.path}/s`;
    assertThrows(
      () => makeServer([`unix://${path}`, `unix://${path}`], 0, hello),
      Deno.errors.AddrInUse,
      `Cannot listen on "unix://${path}"`,
    );
  },
);

Deno.test(
  "makeServer() removes nothing that is not a socket",
  options,
  async () => {
    await using directory = await makeDirectory();
    const file = `${directory.path}/file`;
    const folder = `${directory.path}/folder`;
    const link = `${directory.path}/link`;
    const dangling = `${directory.path}/dangling`;
    const stale = `${directory.path}/stale`;
    await Deno.writeTextFile(file, "precious");
    await Deno.mkdir(folder);
    await makeStaleSocket(stale);
    await Deno.symlink(stale, link);
    await Deno.symlink(`${directory.path}/nothing`, dangling);
    for (const path of [file, folder, link, dangling]) {
      assertThrows(
        () => makeServer(`unix://${path}`, 0, hello),
        Deno.errors.AlreadyExists,
        `Cannot listen on "unix://${path}": the path exists and is not a socket`,
      );
    }
    assertEquals(await Deno.readTextFile(file), "precious");
    assert((await Deno.lstat(folder)).isDirectory);
    assertEquals(await Deno.readLink(link), stale);
    assert((await Deno.lstat(stale)).isSocket);
    assert((await Deno.lstat(dangling)).isSymlink);
  },
);

Deno.test("makeServer() gives a Unix socket its mode", options, async () => {
  await using directory = await makeDirectory();
  const umask = Deno.umask();
  for (const mode of [0o600, 0o660, 0o666, 0o777]) {
    const path = `${directory.path}/s`;
    await using _server = makeServer(
      `unix://${path}?mode=${mode.toString(8)}`,
      0,
      hello,
      { log: false },
    );
    // Nothing else has had its turn yet: this is how the file was created.
    assertEquals((await Deno.lstat(path)).mode! & 0o777, mode);
    assertEquals(Deno.umask(), umask);
    assertEquals((await rawRequest({ path }, REQUEST)).body, "hello");
  }
});

Deno.test(
  "makeServer() restores the umask when a Unix socket fails",
  options,
  () => {
    const umask = Deno.umask();
    assertThrows(
      () => makeServer("unix:///no/such/directory/s?mode=600", 0, hello),
      Deno.errors.NotFound,
    );
    assertEquals(Deno.umask(), umask);
  },
);

Deno.test(
  "makeServer() names the path of a Unix socket without directory",
  options,
  () => {
    assertThrows(
      () => makeServer("unix:///no/such/directory/s", 0, hello),
      Deno.errors.NotFound,
      'Cannot listen on "unix:///no/such/directory/s": the directory does not exist',
    );
  },
);

Deno.test(
  "makeServer() refuses a path that is too long for a Unix socket",
  options,
  async () => {
    await using directory = await makeDirectory();
    const limit = Deno.build.os === "linux" ? 107 : 103;
    const longest = `${directory.path}/`.padEnd(limit, "s");
    await using _server = makeServer(`unix://${longest}`, 0, hello, {
      log: false,
    });
    assertEquals((await rawRequest({ path: longest }, REQUEST)).body, "hello");
    // Bytes count, not characters.
    for (const path of [`${longest}s`, `${longest.slice(0, -1)}ä`]) {
      assertThrows(
        () => makeServer(`unix://${path}`, 0, hello),
        RangeError,
        `the path must be at most ${limit} bytes long: current length is ${
          limit + 1
        }`,
      );
    }
  },
);

Deno.test(
  "commandLine() leaves the socket of another server at the second signal",
  options,
  async () => {
    using folder = makeFolder({
      "app.ts": `export default () => {
        console.log("called");
        return new Promise(() => {});
      };`,
    });
    const path = `${folder.path}/s`;
    const address = ["-b", `unix://${path}`];
    const args = ["app.ts", "--no-reload", ...address, "--grace", "3600"];
    await using child = startDevserve(args, { cwd: folder.path });
    await child.waitFor(/Socket/, "stderr");
    using connection = await Deno.connect({ transport: "unix", path });
    await connection.write(new TextEncoder().encode(REQUEST));
    await child.waitFor(/called/);
    Deno.kill(child.pid, "SIGINT");
    while (await exists(path)) await new Promise((done) => setTimeout(done, 1));
    await using _other = makeServer(`unix://${path}`, 0, hello, { log: false });
    assertEquals((await child.stop("SIGINT")).code, 130);
    assertEquals((await rawRequest({ path }, REQUEST)).body, "hello");
  },
);

Deno.test(
  "devserve leaves what others have put where its socket was",
  options,
  async () => {
    using folder = makeFolder({
      "app.ts": `export default () => new Response("one");`,
    });
    const paths = [`${folder.path}/s`, `${folder.path}/t`];
    const address = paths.flatMap((path) => ["-b", `unix://${path}`]);
    await using child = startDevserve(["app.ts", ...address], {
      cwd: folder.path,
    });
    await child.waitFor(/Press Ctrl-C/, "stderr");
    const [path, other] = paths as [string, string];
    await Deno.remove(path);
    await using _other = makeServer(`unix://${path}`, 0, hello, { log: false });
    await Deno.remove(other);
    await Deno.mkdir(`${other}/full`, { recursive: true });
    assertEquals((await child.stop("SIGINT")).code, 130);
    assertEquals((await rawRequest({ path }, REQUEST)).body, "hello");
    assert(await exists(`${other}/full`));
    assertEquals(child.stderr.includes("rror:"), false);
  },
);

Deno.test(
  "devserve serves on a Unix socket whose path is as long as it can be",
  options,
  async () => {
    using folder = makeFolder({
      "app.ts": `export default () => new Response("one");`,
    });
    const limit = Deno.build.os === "linux" ? 107 : 103;
    const path = `${folder.path}/`.padEnd(limit, "s");
    await using child = startDevserve(["app.ts", "-b", `unix://${path}`], {
      cwd: folder.path,
    });
    await child.waitFor(/Press Ctrl-C/, "stderr");
    assertEquals((await rawRequest({ path }, REQUEST)).body, "one");
    assertEquals((await child.stop("SIGINT")).code, 130);
    assertEquals(await exists(path), false);
  },
);

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
