import { assertMatch, assertRejects, assertThrows } from "@std/assert";
import { makeServer, RequestHandler, runSimple } from "../../mod.ts";

const app = () => new Response();

/** Options that are wrong, and what is said about them. */
const WRONG: [option: Record<string, unknown>, error: RegExp][] = [
  [{ gracePeriod: -1 }, /^RangeError: Cannot use option "gracePeriod": /],
  [
    { gracePeriod: NaN },
    /^RangeError: .*"gracePeriod".* from 0 to 86400, got NaN$/,
  ],
  [{ gracePeriod: 1e9 }, /^RangeError: .* from 0 to 86400, got 1000000000$/],
  [{ gracePeriod: Infinity }, /^RangeError: .*"gracePeriod"/],
  [{ gracePeriod: "5" }, /^TypeError: .*a number of seconds, got "5"$/],
  [{ allowedHosts: "localhost" }, /^TypeError: .*an array of strings, got "/],
  [{ allowedHosts: [1] }, /^TypeError: .*an array of strings, got an array$/],
  [{ allowedHosts: ["http://a.test"] }, /^SyntaxError: .*"http:\/\/a\.test"/],
  [{ log: "apache" }, /^TypeError: Cannot use log "apache": expected "dev", /],
  [{ log: true }, /^TypeError: Cannot use log true/],
  [{ log: null }, /^TypeError: Cannot use log null/],
  [{ serverHeader: "devserve" }, /^TypeError: .*a boolean, got "devserve"$/],
  [{ passthroughErrors: 1 }, /^TypeError: .*a boolean, got number 1$/],
  [{ requestHandler: {} }, /^TypeError: .*extends RequestHandler, got an obj/],
  [{ requestHandler: app }, /^TypeError: .*extends RequestHandler, got func/],
  [{ requestHandler: class {} }, /^TypeError: .*extends RequestHandler/],
  [{ staticFiles: "public" }, /^TypeError: .*URL prefixes and paths, got "/],
  [{ staticFiles: null }, /^TypeError: .*URL prefixes and paths, got null$/],
  [{ useRelaoder: true }, /^TypeError: .*"useRelaoder": expected one of allow/],
  [{ hasOwnProperty: true }, /^TypeError: .*"hasOwnProperty": expected one of/],
  [{ sslContext: "ad-hoc" }, /^TypeError: .*expected "adhoc".*got "ad-hoc"$/],
  [{ sslContext: [] }, /^TypeError: .*"sslContext".*got an array$/],
  [{ sslContext: ["a", "b", "c"] }, /^TypeError: .*"sslContext"/],
  [{ sslContext: { cert: "a" } }, /^TypeError: .*"sslContext".*got an object$/],
];

/** The same for what `runSimple()` takes besides. */
const WRONG_TO_RUN: typeof WRONG = [
  [{ threaded: true }, /^TypeError: .*"threaded": it is not available yet$/],
  [{ processes: 2 }, /^TypeError: .*"processes": it is not available yet$/],
  [{ useReloader: "yes" }, /^TypeError: .*a boolean, got "yes"$/],
  [{ useEvalex: 0 }, /^TypeError: .*a boolean, got number 0$/],
  [{ extraFiles: "a.txt" }, /^TypeError: .*"extraFiles".*array of strings/],
  [{ excludePatterns: [null] }, /^TypeError: .*"excludePatterns"/],
  [{ reloaderInterval: -1 }, /^RangeError: .*"reloaderInterval"/],
  [{ reloaderInterval: "1" }, /^TypeError: .*"reloaderInterval"/],
  [{ reloaderType: "watchdog" }, /^TypeError: .*"reloaderType".*"watchdog"$/],
  [{ processes: 0 }, /^RangeError: .*from 1 on, got 0$/],
  [{ processes: 1.5 }, /^TypeError: .*an integer, got number 1\.5$/],
  [{ signal: {} }, /^TypeError: .*an AbortSignal, got an object$/],
  [{ onListen: true }, /^TypeError: .*a function, got boolean true$/],
];

Deno.test("makeServer() says what is wrong with an option", () => {
  for (const [option, expected] of [...WRONG, [{ signal: null }, /signal/]]) {
    const error = assertThrows(
      () => makeServer("127.0.0.1", 0, app, option as never),
      Error,
    );
    assertMatch(`${error.name}: ${error.message}`, expected as RegExp);
  }
});

Deno.test("runSimple() says what is wrong with an option", async () => {
  for (const [option, expected] of [...WRONG, ...WRONG_TO_RUN]) {
    const error = await assertRejects(
      () => runSimple("127.0.0.1", 0, app, { log: () => {}, ...option }),
      Error,
    );
    assertMatch(`${error.name}: ${error.message}`, expected);
  }
});

Deno.test("runSimple() refuses options that are no object", async () => {
  const error = await assertRejects(
    () => runSimple("127.0.0.1", 0, app, null as never),
    TypeError,
  );
  assertMatch(error.message, /^Cannot use the options: .*object, got null$/);
});

Deno.test("runSimple() takes every option that is undefined or its default", async () => {
  await runSimple("127.0.0.1", 0, app, {
    useReloader: false,
    useDebugger: false,
    useEvalex: true,
    extraFiles: [],
    excludePatterns: ["*.log"],
    reloaderInterval: 1,
    reloaderType: "auto",
    threaded: false,
    processes: 1,
    requestHandler: RequestHandler,
    passthroughErrors: false,
    allowedHosts: ["*"],
    gracePeriod: 0,
    serverHeader: true,
    signal: AbortSignal.abort(),
    log: () => {},
  });
  const undefinedOptions = Object.fromEntries(
    [
      "useReloader",
      "processes",
      "sslContext",
      "requestHandler",
      "staticFiles",
      "allowedHosts",
      "gracePeriod",
      "onListen",
    ].map((name) => [name, undefined]),
  );
  await runSimple("127.0.0.1", 0, app, {
    ...undefinedOptions,
    signal: AbortSignal.abort(),
    log: () => {},
  });
});
