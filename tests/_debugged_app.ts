import { fromFileUrl } from "@std/path/from-file-url";
import { MAIN } from "./_devserve.ts";
import { type ChildProcess, startProcess } from "./_process.ts";
import {
  type OpenedConsole,
  sendCommand,
} from "./middleware/debugger/_debugged.ts";

/** Where the packages are kept, so that a new home needs no network. */
const { denoDir } = JSON.parse(
  new TextDecoder().decode(
    (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] })
      .output()).stdout,
  ),
) as { denoDir: string };

let sharedHome: string | undefined;

/** A home for the tests of a file: the debugger's libraries are copied once. */
export function testHome(): string {
  if (sharedHome === undefined) {
    const home = Deno.makeTempDirSync({ prefix: "devserve-home-" });
    sharedHome = home;
    globalThis.addEventListener("unload", () => {
      Deno.removeSync(home, { recursive: true });
    });
  }
  return sharedHome;
}

/** Options for {@linkcode startDebugged}. */
export interface DebuggedOptions {
  /** The folder of the app. */
  readonly cwd: string;
  /** Variables besides those of the tests. */
  readonly env?: Record<string, string>;
  /** Flags of Deno, before the program. */
  readonly flags?: readonly string[];
  /** The program in place of the command line. */
  readonly program?: string;
  /** The home in place of the shared one. */
  readonly home?: string;
}

/** Runs the command line, and keeps it away from the real home. */
export function startDebugged(
  args: readonly string[],
  {
    cwd,
    env = {},
    flags = [],
    program = MAIN,
    home = testHome(),
  }: DebuggedOptions,
): ChildProcess {
  return startProcess(
    [Deno.execPath(), "run", "-A", ...flags, program, ...args],
    {
      cwd,
      env: {
        NO_COLOR: "1",
        HOME: home,
        XDG_CACHE_HOME: `${home}/.cache`,
        LOCALAPPDATA: home,
        DENO_DIR: denoDir,
        ...env,
      },
    },
  );
}

/** The specifier of this module, for apps in a folder of their own. */
export const DEVSERVE: string = new URL("../mod.ts", import.meta.url).href;

/** The repository's config, for programs that import devserve. */
export const CONFIG: string = fromFileUrl(
  new URL("../deno.json", import.meta.url),
);

/** Requests a page, as a browser asks for it. */
export async function getPage(url: string | URL): Promise<string> {
  return await getText(url, "text/html,application/xhtml+xml,*/*;q=0.8");
}

/** Requests what a client gets that asks for `accept`, by default as curl does. */
export async function getText(
  url: string | URL,
  accept = "*/*",
): Promise<string> {
  return await (await fetch(url, { headers: { accept } })).text();
}

/** A frame, as a page shows it. */
export interface PageFrame {
  /** The function. */
  readonly name: string;
  /** `app.ts:1:2`. */
  readonly place: string;
  /** The failing line, without spaces around it. */
  readonly line: string | undefined;
  /** The texts of the variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether there is a link to the console. */
  readonly hasConsole: boolean;
}

/** Reads the frames of the user's own files from the page of an error. */
export function ownFrames(page: string): PageFrame[] {
  const [, ...parts] = page.split(/(?=<(?:div|details) class="frame )/);
  return parts.filter((part) => /^<\w+ class="frame [^"]*\bown\b/.test(part))
    .map((part) => ({
      name: textOf(/class="call">(.*?)<\/span>/.exec(part)?.[1]),
      place: textOf(/class="place">(.*?)<\/summary>/.exec(part)?.[1]).trim(),
      line: lineOf(part),
      variables: Object.fromEntries(
        [...part.matchAll(VARIABLE_REGEXP)]
          .map(([, name, value]) => [textOf(name), textOf(value)]),
      ),
      hasConsole: part.includes("Open console here"),
    }));
}

const VARIABLE_REGEXP =
  /<span class="name[^>]*>([^<]*)<\/span>: [^]*?<span class="value [^>]*>([^<]*)<\/span>/g;

function lineOf(part: string): string | undefined {
  const line = /<span class="line failing"[^>]*>([^\n]*)/.exec(part)?.[1];
  return line && textOf(line).replace("failing line:", "").trim();
}

/** What a browser shows of some HTML. */
function textOf(html = ""): string {
  return html.replace(/<[^>]*>/g, "")
    .replace(/&(lt|gt|quot|#39|amp);/g, (_, name) => ENTITIES[name]!);
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
  amp: "&",
};

/** Follows the link of a page to its console. */
export async function followToConsole(
  page: string,
  cookie = "",
): Promise<OpenedConsole & { html: string }> {
  const [, link] = /href="(http:\/\/127\.0\.0\.1:\d+\/[^"]+)">Open console</
    .exec(page) ?? [];
  if (link === undefined) throw new Error("Cannot find the link to a console");
  return await readConsole(link, cookie);
}

/** Opens the page of a console. */
export async function readConsole(
  link: string,
  cookie = "",
): Promise<OpenedConsole & { html: string }> {
  const url = new URL(link);
  const response = await fetch(url, { headers: cookie ? { cookie } : {} });
  const html = await response.text();
  const [, base = "", id = ""] = /^(\/[^/]+)\/(.*)$/.exec(url.pathname) ?? [];
  return {
    port: Number(url.port),
    origin: url.origin,
    base,
    id,
    token: /"token":"([\da-f]{64})"/.exec(html)?.[1] ?? "",
    page: { options: { nonce: "" } },
    html,
  };
}

/** Gives a PIN; the cookie is `""` if it was wrong. */
export async function givePin(
  console: OpenedConsole,
  pin: string,
): Promise<string> {
  const path = `${console.base}/pin`;
  const { fields } = await sendCommand(console, { path, body: { pin } });
  const cookie = fields.find(([name]) => name === "set-cookie");
  return cookie?.[1].split(";")[0] ?? "";
}

/** Runs code in a frame: the text of the value, or of the error. */
export async function runIn(
  console: OpenedConsole,
  cookie: string,
  frame: number,
  code: string,
): Promise<string> {
  const { status, body } = await sendCommand(console, {
    body: { report: console.id, frame, code },
    headers: cookie ? { cookie } : {},
  });
  if (status !== 200) return String(status);
  const { value, error } = JSON.parse(body);
  return error ?? value?.text;
}
