import {
  assert,
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl } from "@std/path/from-file-url";
import type { AccessRecord, LogFormat } from "../../mod.ts";
import { formatterOf, LOG_FORMATS, target } from "../../serving/access_log.ts";
import { painter } from "../../serving/_paint.ts";
import { startProcess } from "../_process.ts";
import { rawRequest } from "../_raw_http.ts";

const LOG_SERVER = fromFileUrl(
  new URL("../testdata/log_server.ts", import.meta.url),
);

/** All that a terminal could take for a command or a new line. */
// deno-lint-ignore no-control-regex -- these are looked for
const CONTROL_REGEXP = /[\x00-\x1f\x7f-\x9f]/;

const plain = painter({ color: false });

/** A record in which only what matters is named. */
function recordOf(parts: Partial<AccessRecord> = {}): AccessRecord {
  return {
    kind: "access",
    time: Date.UTC(2026, 10, 20, 13, 4, 5),
    method: "GET",
    url: "http://localhost:8000/path?q=1",
    status: 200,
    size: 1234,
    duration: 3.44,
    client: "127.0.0.1",
    outcome: "sent",
    headers: new Headers({ "user-agent": "curl/8", "referer": "http://a/" }),
    ...parts,
  };
}

/** The line of a record without the time at its start. */
function devLine(parts: Partial<AccessRecord>): string {
  const line = formatterOf("dev", plain)(recordOf(parts));
  assertMatch(line, /^\d\d:\d\d:\d\d /);
  return line.slice(9);
}

Deno.test("access log writes the line of each format", () => {
  const record = recordOf();
  assertEquals(devLine({}), "200 GET /path?q=1 1.2 kB 3.4 ms");
  const common = formatterOf("common", plain)(record);
  assertMatch(
    common,
    /^127\.0\.0\.1 - - \[2[01]\/Nov\/2026:\d\d:\d\d:05 [+-]\d{4}\] "GET \/path\?q=1 HTTP\/1\.1" 200 1234$/,
  );
  assertEquals(
    formatterOf("combined", plain)(record),
    `${common} "http://a/" "curl/8"`,
  );
  assertEquals(
    formatterOf("json", plain)(record),
    '{"kind":"access","time":"2026-11-20T13:04:05.000Z","method":"GET",' +
      '"url":"http://localhost:8000/path?q=1","status":200,"size":1234,' +
      '"duration":3.44,"client":"127.0.0.1","outcome":"sent"}',
  );
});

Deno.test("access log shows sizes for people in the dev format", () => {
  const cases: [size: number | undefined, shown: string][] = [
    [undefined, ""],
    [0, "0 B "],
    [1, "1 B "],
    [999, "999 B "],
    [1000, "1.0 kB "],
    [999_949, "999.9 kB "],
    [999_950, "1.0 MB "],
    [12_345_678, "12.3 MB "],
    [2 * 2 ** 30, "2.1 GB "],
  ];
  for (const [size, shown] of cases) {
    assertEquals(devLine({ size }), `200 GET /path?q=1 ${shown}3.4 ms`);
  }
});

Deno.test("access log shows durations for people in the dev format", () => {
  const cases: [duration: number, shown: string][] = [
    [0, "0.0 ms"],
    [0.04, "0.0 ms"],
    [9.94, "9.9 ms"],
    [9.96, "10 ms"],
    [10.4, "10 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 s"],
    [1000, "1.0 s"],
    [61_234, "61.2 s"],
  ];
  for (const [duration, shown] of cases) {
    assertEquals(devLine({ duration }), `200 GET /path?q=1 1.2 kB ${shown}`);
  }
});

Deno.test("access log names who asked from elsewhere and how it ended", () => {
  const line = "200 GET /path?q=1 1.2 kB 3.4 ms";
  for (const client of ["127.0.0.1", "::1", "unix"]) {
    assertEquals(devLine({ client }), line);
  }
  assertEquals(devLine({ client: "10.0.0.7" }), `${line} from 10.0.0.7`);
  assertEquals(devLine({ outcome: "aborted" }), `${line} (client left)`);
  assertEquals(
    devLine({ outcome: "failed", client: "fd00::1" }),
    `${line} from fd00::1 (broken off)`,
  );
});

Deno.test("access log writes a hyphen for what is not there", () => {
  const headers = new Headers();
  for (const size of [undefined, 0]) {
    const line = formatterOf("combined", plain)(recordOf({ size, headers }));
    assertMatch(line, / 200 - "-" "-"$/);
  }
});

Deno.test("access log lets no client write control characters", () => {
  // 0x80-0x9F includes the 8-bit CSI, which terminals obey.
  const controls = Array.from(
    { length: 0xa0 },
    (_, code) => String.fromCharCode(code),
  ).filter((char) => CONTROL_REGEXP.test(char))
    .join("");
  const headers = {
    get: () => `agent ${controls} "quoted" \\`,
  } as unknown as Headers;
  for (const format of LOG_FORMATS) {
    const line = formatterOf(format, plain)(recordOf({
      method: `M${controls}`,
      url: `http://localhost/${controls}"\\`,
      headers,
    }));
    assertNotMatch(line, CONTROL_REGEXP);
    if (format === "json") {
      assertEquals(JSON.parse(line).method, `M${controls}`);
      assertEquals(JSON.parse(line).url, `http://localhost/${controls}"\\`);
    } else {
      assertStringIncludes(line, "\\x00\\x01");
      assertStringIncludes(line, "\\x0a");
      assertStringIncludes(line, "\\x7f\\x80");
      assertStringIncludes(line, "\\x9b");
      assertStringIncludes(line, "\\\\");
    }
  }
  const combined = formatterOf("combined", plain)(recordOf({ headers }));
  assertMatch(combined, /" "agent .* \\"quoted\\" \\\\"$/);
});

Deno.test("access log cannot be broken out of with quotes", () => {
  const headers = new Headers({
    "user-agent": 'x" 200 0 "http://forged/" "y\\',
    "referer": 'a\\" 500 1 "',
  });
  const line = formatterOf("combined", plain)(recordOf({ headers }));
  // As a reader of the format takes it apart.
  const fields = line.match(/"(?:[^"\\]|\\.)*"/g);
  assertEquals(fields?.length, 3);
  assertEquals(fields?.[1], '"a\\\\\\" 500 1 \\""');
  assertEquals(fields?.[2], '"x\\" 200 0 \\"http://forged/\\" \\"y\\\\"');
  assert(line.endsWith(fields![2]!));
});

Deno.test("access log keeps text of other languages", () => {
  assertEquals(
    devLine({ url: "http://localhost/bücher/日本" }),
    "200 GET /bücher/日本 1.2 kB 3.4 ms",
  );
});

Deno.test("access log paints the status and what went wrong alone", () => {
  const cases: [status: number, code: string | undefined][] = [
    [101, "1"],
    [200, undefined],
    [204, undefined],
    [206, undefined],
    [301, "32"],
    [304, "36"],
    [404, "33"],
    [403, "31"],
    [500, "35"],
  ];
  const format = formatterOf("dev", painter({ color: true }));
  for (const [status, code] of cases) {
    const shown = code ? `\x1b[${code}m${status}\x1b[0m` : `${status}`;
    assertEquals(
      format(recordOf({ status })).slice(9),
      `${shown} GET /path?q=1 1.2 kB 3.4 ms`,
    );
  }
  assertStringIncludes(
    format(recordOf({ outcome: "aborted" })),
    "ms \x1b[33m(client left)\x1b[0m",
  );
  for (const name of ["common", "combined", "json"] as const) {
    const line = formatterOf(name, painter({ color: true }))(recordOf());
    assertNotMatch(line, CONTROL_REGEXP);
  }
});

Deno.test("target() returns the path and query of a URL", () => {
  assertEquals(target("http://localhost:1/a?b"), "/a?b");
  assertEquals(target("http://localhost/"), "/");
  assertEquals(target("http://localhost//evil.test/"), "//evil.test/");
  assertEquals(target("http://[::1]:1/a"), "/a");
  assertEquals(target("http+unix://%2Ftmp%2Fs/a"), "/a");
  assertEquals(target("http://localhost:443"), "http://localhost:443");
});

/** Starts a server with a log of this format in a process of its own. */
async function startLogServer(
  format: LogFormat | "false",
  env: Record<string, string> = {},
) {
  const child = startProcess([
    Deno.execPath(),
    "run",
    "-A",
    "--no-check",
    LOG_SERVER,
    format,
  ], { env });
  const [, port] = await child.waitFor(/port (\d+)/);
  return {
    child,
    port: Number(port),
    /** Stops the server and returns its log. */
    async stop(): Promise<string> {
      await child.stop("SIGTERM");
      return child.stderr;
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

/** What attacks the log: the first is answered, the others never arrive. */
const ATTACKS = [
  "/%0a12:00:00%20200%20GET%20/forged%1b[2J%9b2J",
  "/\xc2\x9b2J",
  '/"quoted"\\',
  "/a\x1b[2J",
  "/a\x7f",
  "/a\x9b2J",
];

for (const format of LOG_FORMATS) {
  Deno.test(`access log of format ${format} has one safe line per request`, async () => {
    await using server = await startLogServer(format, { TZ: "Asia/Kolkata" });
    const statuses: number[] = [];
    for (const path of ATTACKS) {
      const { status } = await rawRequest(
        server.port,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n` +
          'User-Agent: a\x9b2J"b\\\xff\r\n\r\n',
      );
      statuses.push(status);
    }
    assertEquals(statuses.slice(0, 3), [200, 200, 200]);
    // Deno's parser refuses these by itself, without a word to us.
    assertEquals(statuses.slice(3), [400, 400, 400]);
    const log = await server.stop();
    // deno-lint-ignore no-control-regex -- these are looked for
    assertNotMatch(log, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    const lines = log.trimEnd().split("\n")
      .filter((line) => !line.includes('"message"'));
    assertEquals(lines.length, 3);
    assertStringIncludes(lines[0]!, "/%0a12:00:00%20200%20GET%20/forged%1b[2J");
    if (format === "json") {
      const urls = lines.map((line) => JSON.parse(line).url.slice(16));
      assertEquals(urls.slice(1), ["/\x9b2J", '/"quoted"\\']);
    } else if (format !== "dev") {
      assertMatch(lines[0]!, / \+0530\] /);
      assertStringIncludes(lines[1]!, '"GET /\\x9b2J HTTP/1.1" 200');
      assertStringIncludes(lines[2]!, '"GET /\\"quoted\\"\\\\ HTTP/1.1" 200');
    }
    if (format === "combined") {
      assertMatch(lines[0]!, / "-" "a\\x9b2J\\"b\\\\ÿ"$/);
    }
  });
}

Deno.test("access log is left out with log: false, and errors are not", async () => {
  await using server = await startLogServer("false");
  for (const path of ["/", "/fail", "/midway"]) {
    await rawRequest(
      server.port,
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );
  }
  await rawRequest(
    server.port,
    "GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
  );
  const log = await server.stop();
  const heads = log.split("\n").filter((line) => !/^\s|^$/.test(line));
  assertEquals(heads, [
    "Error in GET /fail: Error: thrown by the app",
    "Error in the body of /midway: Error: midway",
    'Refused a request for host "evil.test": to allow it, pass allowedHosts: ["evil.test"]',
  ]);
});
