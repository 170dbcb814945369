import { assertEquals, assertThrows } from "@std/assert";
import { type LogRecord, makeServer } from "../../mod.ts";
import { escapeControl } from "../../serving/_escape_control.ts";
import { assertLogOption, createLog } from "../../serving/log.ts";
import { stderrWriter } from "../../serving/_stderr_writer.ts";

/** Collects what is written to standard error while `act` runs. */
function stderrOf(act: () => void, write?: (bytes: Uint8Array) => number) {
  const { writeSync } = Deno.stderr;
  const decoder = new TextDecoder();
  const calls: string[] = [];
  Deno.stderr.writeSync = (bytes) => {
    const count = write?.(bytes) ?? bytes.length;
    calls.push(decoder.decode(bytes.subarray(0, count), { stream: true }));
    return count;
  };
  try {
    act();
  } finally {
    Deno.stderr.writeSync = writeSync;
  }
  return calls;
}

Deno.test("createLog() gives a function each record", async () => {
  const records: LogRecord[] = [];
  await using server = makeServer("127.0.0.1", 0, ({ url }) => {
    if (url.endsWith("/fail")) throw new Error("boom");
    return new Response("hello");
  }, { log: (record) => records.push(record) });
  for (const path of ["/", "/fail"]) {
    await (await fetch(new URL(path, server.url))).body?.cancel();
  }
  assertEquals(
    records.map((record) =>
      record.kind === "access"
        ? [record.status, record.client, record.headers.get("host")]
        : [record.level, record.text.split("\n")[0]]
    ),
    [
      [200, "127.0.0.1", `127.0.0.1:${server.port}`],
      ["error", "Error in GET /fail: Error: boom"],
      [500, "127.0.0.1", `127.0.0.1:${server.port}`],
    ],
  );
});

Deno.test("createLog() writes messages at once and in the order of events", () => {
  const log = createLog(false);
  assertEquals(
    stderrOf(() => {
      log.message("info", "left out");
      log.message("warn", "careful");
      log.message("error", "Error: x\n    at y");
    }),
    ["careful\n", "Error: x\n    at y\n"],
  );
  assertEquals(log.access, undefined);
});

Deno.test("createLog() writes messages of the json format as JSON", () => {
  const log = createLog("json");
  const [line] = stderrOf(() => log.message("warn", 'a\n"b" \x9b\x7f'));
  const { kind, level, text } = JSON.parse(line!);
  assertEquals([kind, level, text], ["message", "warn", 'a\n"b" \x9b\x7f']);
  // deno-lint-ignore no-control-regex -- these are looked for
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(line!), false);
  assertEquals(line!.indexOf("\n"), line!.length - 1);
});

Deno.test("assertLogOption() throws unless the value is a log", () => {
  for (const value of ["dev", "common", "combined", "json", false, () => {}]) {
    assertLogOption(value);
  }
  for (const value of ["", "apache", true, null, undefined, 1, {}]) {
    assertThrows(() => assertLogOption(value), TypeError, "Cannot use log ");
  }
});

/** Runs with a clock that stands still. */
function atOneTime(act: () => void): void {
  Object.defineProperty(performance, "now", {
    value: () => 1000,
    configurable: true,
  });
  try {
    act();
  } finally {
    Reflect.deleteProperty(performance, "now");
  }
}

Deno.test("stderrWriter() collects bursts for a pipe, not for a terminal", () => {
  for (const isTerminal of [true, false]) {
    const writer = stderrWriter({ isTerminal });
    const calls = stderrOf(() =>
      atOneTime(() => {
        writer.write("one\n");
        writer.write("two\n");
        writer.write("three\n");
        writer.writeNow("four\n");
        writer.flush();
      })
    );
    assertEquals(
      calls,
      isTerminal
        ? ["one\n", "two\n", "three\n", "four\n"]
        : ["one\n", "two\nthree\nfour\n"],
    );
  }
});

Deno.test("stderrWriter() writes much of a burst without waiting", () => {
  const writer = stderrWriter({ isTerminal: false });
  const calls = stderrOf(() =>
    atOneTime(() => {
      for (let count = 0; count < 40; count++) writer.write("x".repeat(1000));
    })
  );
  assertEquals(calls.map(({ length }) => length), [1000, 33_000]);
  stderrOf(() => writer.flush());
});

Deno.test("stderrWriter() writes the end of a burst by itself", async () => {
  const writer = stderrWriter({ isTerminal: false });
  const { writeSync } = Deno.stderr;
  const written = Promise.withResolvers<string>();
  let count = 0;
  Deno.stderr.writeSync = (bytes) => {
    if (count++ === 1) written.resolve(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  // The timer of the writer keeps no process alive, so this one does.
  const keepAlive = setTimeout(() => written.reject(new Error("Lost")), 30_000);
  try {
    atOneTime(() => {
      writer.write("first\n");
      writer.write("second\n");
    });
    assertEquals(await written.promise, "second\n");
  } finally {
    clearTimeout(keepAlive);
    Deno.stderr.writeSync = writeSync;
  }
});

Deno.test("stderrWriter() goes on after a short write and a full pipe", () => {
  const writer = stderrWriter({ isTerminal: false });
  let count = 0;
  const calls = stderrOf(() => {
    writer.write("hällo\n");
    writer.flush();
  }, () => {
    if (count++ === 1) throw new Deno.errors.WouldBlock();
    return 2;
  });
  assertEquals(calls.join(""), "hällo\n");
});

Deno.test("stderrWriter() is silent when nobody reads any more", () => {
  const writer = stderrWriter({ isTerminal: true });
  const calls = stderrOf(() => writer.write("lost\n"), () => {
    throw new Deno.errors.BrokenPipe();
  });
  assertEquals(calls, []);
});

Deno.test("escapeControl() escapes control characters and backslashes alone", () => {
  assertEquals(escapeControl("/plain?ä=日本"), "/plain?ä=日本");
  assertEquals(
    escapeControl("\0\t\n\r\x1b[2J\x7f\x80\x9b\x9f\xa0\\x1b"),
    "\\x00\\x09\\x0a\\x0d\\x1b[2J\\x7f\\x80\\x9b\\x9f\xa0\\\\x1b",
  );
});
