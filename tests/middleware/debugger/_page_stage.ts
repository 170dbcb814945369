import { assertEquals } from "@std/assert";
import { errorPage } from "../../../middleware/debugger/page/error_page.ts";
import { tool } from "../../_tool.ts";
import { type BrowserTab, openTab } from "./_browser_tab.ts";
import { FakeConsole } from "./_fake_console.ts";
import { SHOP_REPORT } from "./_shop_report.ts";

/** The browser. */
export const chromium = tool("chromium");

const EDITOR = "vscode://file/{path}:{line}:{column}";

/** What a test operates. */
export interface Stage {
  readonly tab: BrowserTab;
  readonly server: FakeConsole;
}

/** Loads the page of an error in a new browser. */
export function testPage(
  name: string,
  fn: (stage: Stage) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: chromium.ignore,
    fn: async () => {
      await using server = new FakeConsole((nonce, console) =>
        errorPage(SHOP_REPORT, { nonce, console, editor: EDITOR })
      );
      await using tab = await openTab(chromium.path);
      await tab.setScreen(1440, 900, "light");
      await tab.goTo(server.url);
      await fn({ tab, server });
      // The policy was kept to, and nothing failed unseen.
      assertEquals(tab.complaints.filter((one) => !isRefusal(one)), []);
      const { origin } = new URL(server.url);
      assertEquals(tab.requests.filter((url) => !url.startsWith(origin)), []);
    },
  });
}

/** The browser notes each 401 and 403, which are part of asking for a PIN. */
function isRefusal(complaint: string): boolean {
  return /Failed to load resource.*status of 40[13]/.test(complaint);
}

/** Puts the cursor into the console of a frame. */
export async function openConsole(tab: BrowserTab, frame = 0): Promise<void> {
  await tab.click(`.console[data-frame="${frame}"] textarea`);
}

/** Waits for the answer to the last question, and returns all of it. */
async function readAnswer(tab: BrowserTab): Promise<string> {
  return await tab.waitFor(`(() => {
    const entry = document.activeElement.closest(".console")
      ?.querySelector(".log > :last-child");
    const answer = [...entry?.children ?? []].slice(1);
    if (answer.length === 0 || answer[0].textContent === "…") return;
    return answer.map((node) => node.innerText.trim()).join("|");
  })()`) as string;
}

/** Has a console evaluate code, and returns all that it answers. */
export async function ask(tab: BrowserTab, code: string): Promise<string> {
  await tab.type(code);
  await tab.press("Enter");
  return await readAnswer(tab);
}

/** What is in the field that has the cursor. */
export async function typed(tab: BrowserTab): Promise<unknown> {
  return await tab.evaluate("document.activeElement.value");
}
