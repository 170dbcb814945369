import { homeOf, type Machine } from "./_machine.ts";
import { exists, findProgram } from "./_run_program.ts";

/** A directory with the certificates of a browser. */
export interface NssDatabase {
  /** What the browser is called. */
  readonly browser: "Chromium" | "Firefox";
  /** The directory. */
  readonly path: string;
}

/** Programs and directories that tell that there is a kind of Chromium. */
const CHROMIUM_PROGRAMS = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "brave-browser",
  "microsoft-edge",
  "vivaldi",
];
const CHROMIUM_FOLDERS = [
  ".config/chromium",
  ".config/google-chrome",
  ".cache/ms-playwright",
];

const CHROMIUM_ELSEWHERE = [
  "snap/*/current/.pki/nssdb",
  "snap/*/current/.local/share/pki/nssdb",
  ".var/app/*/.pki/nssdb",
  ".var/app/*/data/pki/nssdb",
];
const FIREFOX_PROFILES = [
  ".mozilla/firefox/*",
  ".config/mozilla/firefox/*",
  ".librewolf/*",
  "snap/*/common/.mozilla/firefox/*",
  ".var/app/*/.mozilla/firefox/*",
  ".var/app/*/config/mozilla/firefox/*",
];

/** The databases of the user's browsers on Linux, and those they would make. */
export function nssDatabases(machine: Machine): NssDatabase[] {
  const home = homeOf(machine);
  if (home === "") return [];
  const under = (pattern: string) => expand(home, pattern.split("/"));
  return [
    ...chromiumOfHome(home, machine),
    ...CHROMIUM_ELSEWHERE.flatMap(under).filter(exists).map(ofChromium),
    ...FIREFOX_PROFILES.flatMap(under).filter(hasDatabase).map((path) => ({
      browser: "Firefox" as const,
      path,
    })),
  ];
}

/** Whether there is a database, and not just the directory for one. */
export function hasDatabase(path: string): boolean {
  return exists(`${path}/cert9.db`);
}

/**
 * Chromium uses the first if it is there, newer ones else the second. So the
 * first is made only if there is none: it would hide what is in the second.
 */
function chromiumOfHome(home: string, machine: Machine): NssDatabase[] {
  const data = machine.env("XDG_DATA_HOME") || `${home}/.local/share`;
  const first = `${home}/.pki/nssdb`;
  const there = [first, `${data}/pki/nssdb`].filter(exists);
  if (there.length > 0) return there.map(ofChromium);
  const hasChromium =
    CHROMIUM_PROGRAMS.some((name) => findProgram(machine, name)) ||
    CHROMIUM_FOLDERS.some((folder) => exists(`${home}/${folder}`));
  return hasChromium ? [ofChromium(first)] : [];
}

function ofChromium(path: string): NssDatabase {
  return { browser: "Chromium", path };
}

/** The paths that a pattern stands for; `*` is any name. */
function expand(base: string, [part, ...rest]: string[]): string[] {
  if (part === undefined) return [base];
  const names = part === "*" ? namesIn(base) : [part];
  return names.flatMap((name) => expand(`${base}/${name}`, rest));
}

function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  } catch {
    // Missing or not a directory: no browser keeps anything there.
    return [];
  }
}
