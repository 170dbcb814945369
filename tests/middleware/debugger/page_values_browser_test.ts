import { assertEquals, assertMatch } from "@std/assert";
import { ask, openConsole, testPage } from "./_page_stage.ts";

testPage(
  "errorPage() unfolds values as they are asked for",
  async ({ tab, server }) => {
    assertEquals(server.commands, []);
    await tab.click(`#frame-0 .member > summary`);
    const names = await tab.waitFor(`(() => {
    const items = [...document.querySelectorAll("#frame-0 .member > .tree > li")];
    return items.length === 3 && items.map((item) => item.querySelector(".name").textContent);
  })()`) as string[];
    assertEquals(names.slice(0, 2), ["#items", "password"]);
    await tab.click(`#frame-0 .member .member > summary`);
    const count =
      `document.querySelectorAll("#frame-0 .member .member > .tree > li").length`;
    await tab.waitFor(`${count} === 101`);
    await tab.click(`#frame-0 .more`);
    await tab.waitFor(`${count} === 150`);
    const common = { report: "k3J9", frame: 0, count: 100 };
    assertEquals(server.bodiesOf("members"), [
      { ...common, path: ["this"], start: 0 },
      { ...common, path: ["this", 0], start: 0 },
      { ...common, path: ["this", 0], start: 100 },
    ]);
  },
);

testPage(
  "errorPage() unfolds values that were evaluated",
  async ({ tab, server }) => {
    await openConsole(tab);
    await ask(tab, "this");
    await tab.click(".entry .member > summary");
    await tab.waitFor(`document.querySelector(".entry .member .member")`);
    await tab.click(".entry .member .member > summary");
    await tab.waitFor(
      `document.querySelectorAll(".entry .member .member li").length === 101`,
    );
    const common = { report: "k3J9", frame: 0, ref: 7, start: 0, count: 100 };
    assertEquals(
      server.bodiesOf("members"),
      [
        { ...common, path: [] },
        { ...common, path: [0] },
      ],
    );
  },
);

testPage("errorPage() shows a secret when it is asked for", async ({ tab }) => {
  const secret = "#frame-1 .secret";
  const isShown =
    `document.querySelector("${secret} .value").checkVisibility()`;
  assertEquals(await tab.evaluate(isShown), false);
  await tab.evaluate(`document.querySelector("${secret} > summary").focus()`);
  await tab.press("Enter");
  assertEquals(await tab.evaluate(isShown), true);
  await tab.click(`#frame-0 .member > summary`);
  const late = `document.querySelector("#frame-0 .member .secret .value")`;
  await tab.waitFor(late);
  assertEquals(await tab.evaluate(`${late}.checkVisibility()`), false);
  await tab.click(`#frame-0 .member .secret > summary`);
  assertEquals(await tab.evaluate(`${late}.checkVisibility()`), true);
});

testPage("errorPage() shows answers as text", async ({ tab }) => {
  await openConsole(tab);
  assertMatch(await ask(tab, "attack"), /^<img src=x .*\\u202e"$/);
  await tab.click(`#frame-0 .member > summary`);
  await tab.waitFor(`document.querySelector("#frame-0 .member .tree .string")`);
  assertEquals(await tab.evaluate(`document.querySelector("img")`), null);
  assertEquals(await tab.evaluate("globalThis.hit"), undefined);
});
