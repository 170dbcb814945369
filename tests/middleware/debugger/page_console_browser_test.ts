import { assertEquals, assertMatch } from "@std/assert";
import { consolePage } from "../../../middleware/debugger/page/console_page.ts";
import { openTab } from "./_browser_tab.ts";
import { FAKE_PIN, FakeConsole } from "./_fake_console.ts";
import { ask, chromium, openConsole, testPage, typed } from "./_page_stage.ts";

testPage(
  "errorPage() answers in the console of a frame",
  async ({ tab, server }) => {
    await openConsole(tab, 1);
    assertEquals(await ask(tab, "1 + 1"), "2");
    assertEquals(await ask(tab, "await later()"), '"late"');
    assertEquals(await ask(tab, "console.log('hi')"), "hi|undefined");
    assertMatch(await ask(tab, "boom()"), /^Error: <img/);
    assertEquals(server.bodiesOf("eval")[0], {
      report: "k3J9",
      frame: 1,
      code: "1 + 1",
    });
    await tab.press("l", "ctrl");
    assertEquals(await tab.evaluate(`document.querySelector(".entry")`), null);
  },
);

testPage("errorPage() takes code of several lines", async ({ tab, server }) => {
  await openConsole(tab);
  await tab.type("if (sum) {");
  await tab.press("Enter");
  await tab.waitFor(`document.activeElement.value.endsWith("\\n")`);
  assertEquals(await typed(tab), "if (sum) {\n");
  await tab.type("sum");
  await tab.press("Enter", "shift");
  assertEquals(await ask(tab, "}"), "84.5");
  const codes = server.bodiesOf("eval").map(({ code }) => code);
  assertEquals(codes, ["if (sum) {", "if (sum) {\nsum\n}"]);
});

testPage(
  "errorPage() calls back what was evaluated, also after a reload",
  async ({ tab, server }) => {
    await openConsole(tab);
    await ask(tab, "1 + 1");
    await ask(tab, "this");
    await tab.type("draft");
    await tab.press("ArrowUp");
    assertEquals(await typed(tab), "this");
    await tab.press("ArrowUp");
    assertEquals(await typed(tab), "1 + 1");
    await tab.press("ArrowUp");
    assertEquals(await typed(tab), "1 + 1");
    for (const expected of ["this", "draft", "draft"]) {
      await tab.press("ArrowDown");
      assertEquals(await typed(tab), expected);
    }
    await tab.goTo(server.url);
    await openConsole(tab, 1);
    await tab.press("ArrowUp");
    assertEquals(await typed(tab), "this");
  },
);

testPage("errorPage() completes names", async ({ tab, server }) => {
  await openConsole(tab);
  await tab.type("[us");
  await tab.press("Tab");
  const names =
    `[...document.querySelectorAll(".names:not([hidden]) [role=option]")].map((node) => node.textContent).join()`;
  assertEquals(await tab.waitFor(names), "user,userId,useCart");
  assertEquals(await typed(tab), "[use");
  assertEquals(server.bodiesOf("complete")[0], {
    report: "k3J9",
    frame: 0,
    code: "[us",
    cursor: 3,
  });
  await tab.press("ArrowDown");
  const active =
    `document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.textContent`;
  assertEquals(await tab.evaluate(active), "userId");
  await tab.press("Enter");
  assertEquals(await typed(tab), "[userId");
  assertEquals(await tab.evaluate(names), "");
  await tab.type(", Resp");
  await tab.press("Tab");
  await tab.waitFor(`document.activeElement.value === "[userId, Response"`);
  // A list narrows down while one types.
  await tab.type(", use");
  await tab.press("Tab");
  await tab.waitFor(names);
  await tab.type("C");
  await tab.waitFor(`${names} === "useCart"`);
  await tab.click(".names:not([hidden]) [role=option]");
  assertEquals(await typed(tab), "[userId, Response, useCart");
});

testPage(
  "errorPage() does not catch the keyboard in a console",
  async ({ tab }) => {
    const isInside = `document.activeElement.matches(".ask textarea")`;
    // An empty field.
    await openConsole(tab);
    await tab.press("Tab");
    assertEquals(await tab.evaluate(isInside), false);
    // One in which there is something that could be completed.
    await openConsole(tab);
    await tab.type("nothing");
    await tab.press("Escape");
    await tab.press("Tab");
    assertEquals(await tab.evaluate(isInside), false);
  },
);

testPage("errorPage() asks for the PIN", async ({ tab, server }) => {
  server.isLocked = true;
  await openConsole(tab);
  await tab.type("1 + 1");
  await tab.press("Enter");
  await tab.waitFor(`document.activeElement.id === "pin"`);
  await tab.type("111-111-111");
  await tab.press("Enter");
  await tab.waitFor(
    `document.querySelector("dialog [role=alert]").textContent === "The PIN is wrong"`,
  );
  // The wrong one is selected, so that typing takes its place.
  await tab.type(FAKE_PIN);
  await tab.press("Enter");
  await tab.waitFor(`!document.querySelector("dialog")`);
  await tab.waitFor(
    `document.querySelector(".entry .number")?.textContent === "2"`,
  );
});

testPage(
  "errorPage() goes on when no PIN is given",
  async ({ tab, server }) => {
    server.isLocked = true;
    await openConsole(tab);
    await tab.type("1 + 1");
    await tab.press("Enter");
    await tab.waitFor(`document.activeElement.id === "pin"`);
    await tab.press("Escape");
    const failed = `document.querySelector(".entry .failed")?.textContent`;
    assertEquals(await tab.waitFor(failed), "The PIN is needed for that");
    // What was typed is still there.
    assertEquals(
      await tab.evaluate(`document.querySelector(".ask textarea").value`),
      "1 + 1",
    );
  },
);

testPage(
  "errorPage() says so when the server has gone",
  async ({ tab, server }) => {
    await openConsole(tab);
    await server[Symbol.asyncDispose]();
    assertMatch(await ask(tab, "1 + 1"), /^Cannot reach the server/);
    tab.complaints.length = 0;
  },
);

Deno.test({
  name: "consolePage() evaluates in the app",
  ignore: chromium.ignore,
  fn: async () => {
    await using server = new FakeConsole((nonce, console) =>
      consolePage({ nonce, console })
    );
    await using tab = await openTab(chromium.path);
    await tab.goTo(server.url);
    await openConsole(tab);
    assertEquals(await ask(tab, "1 + 1"), "2");
    assertEquals(server.bodiesOf("eval"), [
      { report: "console", frame: 0, code: "1 + 1" },
    ]);
  },
});
