// The debugger with all its parts, in a process of its own.
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { testSsl } from "../../_test_ssl.ts";
import { type BrowserTab, openTab } from "./_browser_tab.ts";
import { type OpenedConsole, sendCommand, unlock } from "./_debugged.ts";
import { ask, chromium, openConsole } from "./_page_stage.ts";
import { serveApp } from "./_serve_app.ts";
import { PIN } from "./_debugged.ts";

/** Reads what a page says about its console. */
async function readConsole(page: string): Promise<OpenedConsole> {
  const [, address = ""] = /href="(http:\/\/127\.0\.0\.1:\d+\/[^"]+)"/.exec(
    page,
  ) ?? [];
  const url = new URL(address);
  const text = await (await fetch(url)).text();
  const [, token = ""] = /"token":"([\da-f]{64})"/.exec(text) ?? [];
  const slash = url.pathname.lastIndexOf("/");
  return {
    port: Number(url.port),
    origin: url.origin,
    base: url.pathname.slice(0, slash),
    id: url.pathname.slice(slash + 1),
    token,
    page: { options: { nonce: "" } },
  };
}

async function run(
  console: OpenedConsole,
  cookie: string,
  frame: number,
  code: string,
): Promise<string> {
  const { body } = await sendCommand(console, {
    body: { report: console.id, frame, code },
    headers: { cookie },
  });
  const { value, error } = JSON.parse(body);
  return value?.text ?? error;
}

Deno.test("debuggedApplication() shows the frames of a failing app, and runs code in them", async () => {
  await using app = await serveApp({ evalex: true, pin: PIN });
  const page = await (await app.get("/")).text();
  assertStringIncludes(page, "RangeError");
  assertStringIncludes(page, "Store.find");
  // Secrets and the means to run code stay away from the origin of the app.
  for (const secret of ["hunter2-value", "s3cret-key", '"token"']) {
    assert(!page.includes(secret), secret);
  }
  assert(!page.includes("_boundary.ts"));

  const console = await readConsole(page);
  const cookie = await unlock(console);
  const url = `${console.origin}${console.base}/${console.id}`;
  const locked = await (await fetch(url)).text();
  const open = await (await fetch(url, { headers: { cookie } })).text();
  for (const secret of ["hunter2-value", "s3cret-key"]) {
    assertEquals([locked, open].map((it) => it.includes(secret)), [
      false,
      true,
    ]);
  }
  assertEquals(await run(console, cookie, 0, "apiKey"), '"s3cret-key"');
  assertEquals(await run(console, cookie, 0, "this.#users[0].name"), '"ann"');
  assertEquals(await run(console, cookie, 0, "error.name"), '"RangeError"');
  assertEquals(await run(console, cookie, 1, "started"), "1");
  assertEquals(await run(console, cookie, 2, "password"), '"hunter2-value"');
  assertEquals(await run(console, cookie, 2, "requests = 500"), "500");
  assertEquals(await (await app.get("/count")).text(), "501");
  assertEquals(
    await run(console, cookie, 2, "await load(1).then((user) => user.name)"),
    '"ann"',
  );

  const members = await sendCommand(console, {
    path: `${console.base}/members`,
    body: { report: console.id, frame: 0, path: ["this"], start: 0, count: 9 },
    headers: { cookie },
  });
  assertStringIncludes(members.body, "#users");
  const names = await sendCommand(console, {
    path: `${console.base}/complete`,
    body: { report: console.id, frame: 2, code: "passw", cursor: 5 },
    headers: { cookie },
  });
  assertEquals(JSON.parse(names.body), { names: ["password"] });
});

Deno.test("debuggedApplication() runs code in the module of the app", async () => {
  await using app = await serveApp({ evalex: true, pin: PIN });
  const redirect = await fetch(
    `http://127.0.0.1:${app.port}/__devserve/console`,
    { redirect: "manual" },
  );
  const console = await readConsole(
    `href="${redirect.headers.get("location")}"`,
  );
  await redirect.body?.cancel();
  const cookie = await unlock(console);
  assertEquals(console.id, "console");
  assertEquals(await run(console, cookie, 0, "version"), '"1.2.3"');
  assertEquals(await run(console, cookie, 0, "let n = 2; n * 21"), "42");
  assertEquals(await run(console, cookie, 0, "n"), "2");
});

Deno.test("debuggedApplication() answers failures of each kind", async () => {
  await using app = await serveApp({ evalex: false });
  const text = async (path: string) =>
    await (await app.get(path, "*/*")).text();
  assertStringIncludes(await text("/string"), "just text");
  assertStringIncludes(await text("/nothing"), "expected a Response");
  assertStringIncludes(await text("/"), "RangeError: No user 13");
  assertEquals(await text("/ok"), '{"id":1,"name":"ann"}');
  const json = await (await app.get("/", "application/json")).json();
  assertEquals(json.error.title, "RangeError: No user 13 for 10");
  const page = await (await app.get("/xss")).text();
  assert(!page.includes("<script>document.title"));

  await assertRejects(async () => await (await app.get("/stream")).text());
  await text("/stray");
  await app.child.waitFor(/Error outside of a request/, "stderr");
  const list = await text("/__devserve/errors");
  assertStringIncludes(list, "Error: in the stream");
  assertStringIncludes(list, "Error: nobody awaits");
  assert(!app.child.stderr.includes("PIN"));
});

Deno.test("debuggedApplication() works where the app is served by HTTPS", async () => {
  using ssl = testSsl();
  await using app = await serveApp({
    evalex: true,
    pin: PIN,
    cert: await Deno.readTextFile(ssl.certFile),
    key: await Deno.readTextFile(ssl.keyFile),
  });
  using client = ssl.client();
  const response = await fetch(`https://localhost:${app.port}/`, {
    client,
    headers: { accept: "text/html" },
  });
  assertEquals(response.status, 500);
  const console = await readConsole(await response.text());
  const cookie = await unlock(console);
  assertEquals(await run(console, cookie, 2, "password"), '"hunter2-value"');
});

/** Waits for something in a page that is still being loaded. */
async function waitForPage(tab: BrowserTab, expression: string): Promise<void> {
  for (;;) {
    try {
      await tab.waitFor(expression);
      return;
    } catch (error) {
      // The page before it has gone, and the question with it.
      if (!/context|navigat|Inspected/i.test(String(error))) throw error;
    }
  }
}

/** Loads a page, and waits until it is there. */
async function visit(tab: BrowserTab, url: string): Promise<void> {
  await tab.goTo(url);
  const isIt = `location.href === ${JSON.stringify(url)}`;
  await waitForPage(tab, `${isIt} && document.readyState === "complete"`);
}

/** Follows the link to the console, and waits for its page. */
async function followLink(tab: BrowserTab): Promise<void> {
  // Later, as the page cannot answer any more when it has gone.
  await tab.evaluate(`void setTimeout(() => {
    const link = document.querySelector('.actions a[href^="http://127.0.0.1:"]');
    link.removeAttribute("target");
    link.click();
  })`);
  await waitForPage(tab, `document.querySelector(".console textarea")`);
}

Deno.test({
  name:
    "debuggedApplication() leads a browser to the console, and asks for the PIN once",
  ignore: chromium.ignore,
  fn: async () => {
    await using app = await serveApp({ evalex: true, pin: PIN });
    await using tab = await openTab(chromium.path);
    // Another site than that of the console.
    const url = `http://localhost:${app.port}/`;
    await visit(tab, url);
    assertEquals(await tab.evaluate("window.isSecureContext"), true);
    assertEquals(
      await tab.evaluate(`document.querySelector(".console")`),
      null,
    );

    await followLink(tab);
    await openConsole(tab);
    await tab.type("password.length + started");
    await tab.press("Enter");
    await tab.waitFor(`document.querySelector("dialog[open] #pin")`);
    await tab.type(PIN);
    await tab.press("Enter");
    await tab.waitFor(`!document.querySelector("dialog")`);
    await tab.waitFor(
      `document.querySelector(".log")?.innerText.includes("not defined")`,
    );
    await openConsole(tab);
    assertEquals(await ask(tab, "apiKey"), '"s3cret-key"');

    // The cookie is of no use to the app, even on the same host.
    await visit(tab, `http://127.0.0.1:${app.port}/`);
    assertEquals(await tab.evaluate("document.cookie"), "");
    // And there is none from another site, so that the page leads to itself.
    await visit(tab, url);
    await followLink(tab);
    assertStringIncludes(String(await tab.evaluate("location.href")), "?again");
    await openConsole(tab);
    assertEquals(await ask(tab, "this.#users[0].id"), "1");
    assertEquals(await tab.evaluate(`document.querySelector("dialog")`), null);
  },
});

/**
 * What a page of somebody else would do, who has found out the address and even
 * the token of the console: all ways of a browser to send a command.
 */
const ATTACK = String.raw`async ({ url, token, report }) => {
  const command = new URL("eval", url).href;
  const code = "globalThis.pwned = 1";
  const body = JSON.stringify({ report, frame: 0, code });
  const headers = { "content-type": "application/json", "x-devserve-token": token };
  const simple = { "content-type": "text/plain" };
  const credentials = "include";
  const tries = [
    fetch(command, { method: "POST", headers, body, credentials }),
    fetch(command, { method: "POST", headers: simple, body, credentials }),
    fetch(command, { method: "POST", mode: "no-cors", body, credentials }),
    fetch(command, { method: "POST", mode: "no-cors", headers, body, credentials }),
    fetch(command + "?code=" + code, { mode: "no-cors", credentials }),
    fetch(url, { credentials }).then((response) => response.text()),
    fetch(url, { credentials, mode: "no-cors" }).then((response) => response.text()),
  ];
  navigator.sendBeacon(command, body);
  const form = document.createElement("form");
  Object.assign(form, { method: "POST", action: command, enctype: "text/plain", target: "frame" });
  const field = document.createElement("input");
  field.name = body.slice(0, -1) + ',"x":"';
  field.value = '"}';
  form.append(field);
  const frame = document.createElement("iframe");
  frame.name = "frame";
  const shown = document.createElement("iframe");
  shown.src = url;
  document.body.append(form, frame, shown);
  form.submit();
  await new Promise((resolve) => shown.onload = resolve);
  const seen = [];
  for (const result of await Promise.allSettled(tries)) {
    if (typeof result.value === "string") seen.push(result.value);
  }
  const readable = [frame, shown].map((one) => {
    try {
      return one.contentDocument?.body.textContent;
    } catch (error) {
      return error.name;
    }
  });
  return { seen: seen.join(""), readable: readable.join("") };
}`;

Deno.test({
  name:
    "debuggedApplication() keeps pages of others in a browser from the console",
  ignore: chromium.ignore,
  fn: async () => {
    await using app = await serveApp({ evalex: true, pin: PIN });
    const page = await (await app.get("/")).text();
    const console = await readConsole(page);
    const url = `${console.origin}${console.base}/${console.id}`;
    await using tab = await openTab(chromium.path);
    // The browser has a session.
    await visit(tab, url);
    await openConsole(tab);
    await tab.type("1");
    await tab.press("Enter");
    await tab.waitFor(`document.querySelector("dialog[open] #pin")`);
    await tab.type(PIN);
    await tab.press("Enter");
    await tab.waitFor(`!document.querySelector("dialog")`);
    await tab.waitFor(`document.querySelector(".log .entry")`);

    const origins = [
      // A script that was smuggled into the app: the same site as the console.
      `http://127.0.0.1:${app.port}`,
      `http://localhost:${app.port}`,
      `http://evil.localhost:${app.port}`,
    ];
    const secrets = { url, token: console.token, report: console.id };
    for (const origin of origins) {
      await visit(tab, `${origin}/count`);
      const result = await tab.evaluate(
        `(${ATTACK})(${JSON.stringify(secrets)})`,
      ) as { seen: string; readable: string };
      assert(!result.seen.includes(console.token), origin);
      assert(!result.readable.includes("Store.find"), origin);
    }
    await visit(tab, url);
    await openConsole(tab);
    assertEquals(await ask(tab, "typeof pwned"), '"undefined"');
  },
});
