import { assert, assertEquals, assertMatch } from "@std/assert";
import { errorText } from "../../../middleware/debugger/page/error_text.ts";
import { testPage, typed } from "./_page_stage.ts";
import { SHOP_REPORT } from "./_shop_report.ts";

testPage("errorPage() copies itself as text", async ({ tab, server }) => {
  await tab.call("Browser.grantPermissions", {
    origin: new URL(server.url).origin,
    permissions: ["clipboardReadWrite", "clipboardSanitizedWrite"],
  });
  await tab.call("Page.bringToFront");
  await tab.click("[data-copy=text]");
  await tab.waitFor(
    `document.querySelector("[role=status]").textContent === "Copied"`,
  );
  assertEquals(
    await tab.evaluate("navigator.clipboard.readText()"),
    errorText(SHOP_REPORT),
  );
});

testPage(
  "errorPage() shows what is to be copied where there is no clipboard",
  async ({ tab }) => {
    await tab.evaluate(
      `Object.defineProperty(navigator, "clipboard", { value: undefined })`,
    );
    await tab.click("[data-copy=markdown]");
    const selected = await tab.waitFor(
      `document.activeElement.matches(".copyable") && getSelection().toString()`,
    );
    assertMatch(String(selected), /^\*\*`TypeError: Cannot read/);
  },
);

testPage(
  "errorPage() keeps the theme that was chosen",
  async ({ tab, server }) => {
    const ground = `getComputedStyle(document.body).backgroundColor`;
    const light = await tab.evaluate(ground);
    await tab.setScreen(1440, 900, "dark");
    const dark = await tab.evaluate(ground);
    assert(light !== dark);
    await tab.click("[data-theme-button]");
    assertEquals(await tab.evaluate(ground), light);
    await tab.goTo(server.url);
    assertEquals(await tab.evaluate(ground), light);
  },
);

testPage(
  "errorPage() is operated by keys in the order of reading",
  async ({ tab }) => {
    const focused: unknown[] = [];
    for (let i = 0; i < 12; i++) {
      await tab.press("Tab");
      focused.push(
        await tab.evaluate(
          `((node) => node.ariaLabel || node.innerText.split("\\n")[0].trim())(document.activeElement)`,
        ),
      );
    }
    assertEquals(focused, [
      "Skip to the content",
      "Dark theme",
      "Error: no row",
      "Open in editor",
      "Copy as text",
      "Copy as Markdown",
      "Cart.total shop/cart.ts:10:28",
      "Open in editor",
      "this: Cart { #items: [Array(3)] }",
      "Outer scopes 2",
      "Code to evaluate in this frame",
      "checkout async shop/checkout.ts:14:22",
    ]);
  },
);

testPage(
  "errorPage() goes from frame to frame with j and k",
  async ({ tab }) => {
    const frame = `document.activeElement.closest(".frame")?.id`;
    for (
      const [key, id] of [
        ["j", "frame-0"],
        ["j", "frame-1"],
        ["j", "frame-9"],
        ["k", "frame-1"],
      ]
    ) {
      await tab.press(key!);
      assertEquals(await tab.evaluate(frame), id);
    }
    await tab.press("/");
    assertEquals(
      await tab.evaluate(
        `document.activeElement.closest(".console").dataset.frame`,
      ),
      "1",
    );
    await tab.press("j");
    assertEquals(await typed(tab), "j");
  },
);

testPage(
  "errorPage() opens the console that its address names",
  async ({ tab, server }) => {
    await tab.goTo(`${server.url}?again#frame-11`);
    const frame = `document.activeElement.closest(".console")?.dataset.frame`;
    assertEquals(await tab.waitFor(frame), "11");
  },
);

testPage("errorPage() fits into 360 pixels", async ({ tab }) => {
  await tab.setScreen(360, 800, "light");
  await tab.evaluate(
    `document.querySelectorAll("details").forEach((node) => node.open = true)`,
  );
  const overflow =
    `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
  assertEquals(await tab.evaluate(overflow), 0);
});
