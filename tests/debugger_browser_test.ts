// The debugger of the command line, as somebody with a browser uses it.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startDebugged } from "./_debugged_app.ts";
import { makeFolder, servedAt } from "./_devserve.ts";
import {
  type BrowserTab,
  openTab,
} from "./middleware/debugger/_browser_tab.ts";
import {
  ask,
  chromium,
  openConsole,
} from "./middleware/debugger/_page_stage.ts";

const APP = `
interface User { name: string; tags: string[] }

async function load(id: number): Promise<User> {
  await Promise.resolve();
  return { name: "ann", tags: ["x", "y" + id] };
}

export default async function handle(request: Request): Promise<Response> {
  const user = await load(7);
  const password = ["hunter2", "value"].join("-");
  let count = 1;
  if (new URL(request.url).pathname === "/ok") return new Response("ok");
  count += user.tags.length + password.length;
  throw new Error("Counted " + count);
}
`;

/** Waits for something in a page that may still be on its way. */
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

/** Loads the page of an error, and follows the link of its first frame. */
async function openFrame(tab: BrowserTab, url: string): Promise<void> {
  await tab.goTo(url);
  const link = `#frame-0 .links a[href^="http://127.0.0.1:"]`;
  await waitForPage(tab, `document.querySelector(${JSON.stringify(link)})`);
  assertEquals(await tab.evaluate(`document.querySelector(".console")`), null);
  // Later, as the page cannot answer any more when it has gone.
  await tab.evaluate(
    `void setTimeout(() => document.querySelector(${
      JSON.stringify(link)
    }).click())`,
  );
  await waitForPage(
    tab,
    `document.querySelector("#frame-0 .console textarea")`,
  );
}

Deno.test({
  name: "commandLine() leads a browser from an error to the console of a frame",
  ignore: chromium.ignore,
  fn: async (t) => {
    using folder = makeFolder({ "app.ts": APP });
    await using child = startDebugged(["app.ts", "-p", "0"], {
      cwd: folder.path,
    });
    const url = await servedAt(child);
    const [, pin] = await child.waitFor(/PIN +([\d-]+) /, "stderr");
    await using tab = await openTab(chromium.path);
    await tab.setScreen(1440, 1000, "light");

    await tab.goTo(url);
    const title = await tab.evaluate("document.title");
    assertEquals(title, "Error: Counted 16 · GET /");
    const text = String(await tab.evaluate("document.body.innerText"));
    assertStringIncludes(text, '{ name: "ann", tags: ["x", "y7"] }');
    assert(!text.includes("hunter2-value"));

    await openFrame(tab, url);
    await t.step("the link of a frame leads to that frame", async () => {
      assertEquals(await tab.evaluate("location.hash"), "#frame-0");
    });
    await openConsole(tab);
    await tab.type("user.name");
    await tab.press("Enter");
    await tab.waitFor(`document.querySelector("dialog[open] #pin")`);
    await tab.type(pin!);
    await tab.press("Enter");
    await tab.waitFor(`!document.querySelector("dialog")`);
    await tab.waitFor(
      `document.querySelector(".log")?.innerText.includes('"ann"')`,
    );
    await openConsole(tab);
    assertEquals(await ask(tab, "await Promise.resolve(40 + 2)"), "42");
    assertEquals(await ask(tab, "count"), "16");
    assertEquals(await ask(tab, "count = user.tags.length + 3"), "5");
    assertEquals(await ask(tab, "count"), "5");
    assertEquals(await ask(tab, "(await load(9)).tags[1]"), '"y9"');
    assertEquals(await ask(tab, "password"), '"hunter2-value"');

    // The tree of a variable, down to what is in a member of it.
    const member = `#frame-0 .scope .member[data-path='["user"]']`;
    const tree = `document.querySelector(${
      JSON.stringify(`${member} > .tree`)
    })`;
    await tab.click(`${member} > summary`);
    await tab.waitFor(`${tree}?.innerText.includes("tags")`);
    await tab.click(`${member} > .tree .member > summary`);
    await tab.waitFor(`${tree}.innerText.includes('"y7"')`);

    // The PIN is good for the next generation, too.
    await Deno.writeTextFile(
      `${folder.path}/app.ts`,
      APP.replace('"Counted "', '"Found "'),
    );
    await child.waitFor(/app\.ts changed: live/, "stderr");
    do await tab.goTo(url); while (
      !String(await tab.evaluate("document.title")).includes("Found")
    );
    await openFrame(tab, url);
    await openConsole(tab);
    assertEquals(await ask(tab, "user.tags.length"), "2");
    assertEquals(await tab.evaluate(`document.querySelector("dialog")`), null);
    assertEquals(tab.complaints.filter((one) => !isExpected(one)), []);
  },
});

/** The browser notes each 401 and each 500, which are part of it. */
function isExpected(complaint: string): boolean {
  return /Failed to load resource.*status of (?:401|500)/.test(complaint);
}

Deno.test({
  name: "commandLine() has the failing place of a long line in sight",
  ignore: chromium.ignore,
  fn: async () => {
    const long = `void ("${"x".repeat(150)}"); throw new Error("far")`;
    using folder = makeFolder({
      "app.ts": `function inner() { ${long}; }\n` +
        `export default () => { inner(); };`,
    });
    await using child = startDebugged(["app.ts", "-p", "0"], {
      cwd: folder.path,
    });
    const url = await servedAt(child);
    await using tab = await openTab(chromium.path);
    await tab.setScreen(1000, 800, "light");
    await tab.goTo(url);
    const place = await tab.evaluate(`(() => {
      const mark = document.querySelector("#frame-0 .source mark");
      const { left, right } = mark.getBoundingClientRect();
      const box = mark.closest(".source").getBoundingClientRect();
      return mark.innerText + " " + (box.left <= left && right <= box.right);
    })()`);
    assertEquals(place, "new true");
  },
});
