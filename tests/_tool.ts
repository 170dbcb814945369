/** Other names of a program, tried in this order after its own. */
const ALIASES: Record<string, readonly string[]> = {
  chromium: [
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  ],
};

/** A program that a test needs. */
export interface Tool {
  /** Whether the test has to be left out: the value for its `ignore`. */
  ignore: boolean;
  /** The program's path, or its name when it is not there. */
  path: string;
}

/**
 * Looks for a program on the path. A test is left out where its program is
 * missing, but never on CI, where nobody would notice.
 *
 * @param name The program's name.
 * @returns Where it is.
 * @throws {Deno.errors.NotFound} If it is missing and `CI` is set.
 */
export function tool(name: string): Tool {
  for (const candidate of [name, ...ALIASES[name] ?? []]) {
    const path = find(candidate);
    if (path !== undefined) return { ignore: false, path };
  }
  if (Deno.env.get("CI")) {
    throw new Deno.errors.NotFound(
      `Cannot run the tests that need "${name}": it is not installed`,
    );
  }
  return { ignore: true, path: name };
}

function find(program: string): string | undefined {
  if (/[\\/]/.test(program)) return isFile(program) ? program : undefined;
  const windows = Deno.build.os === "windows";
  const name = windows ? `${program}.exe` : program;
  return (Deno.env.get("PATH") ?? "")
    .split(windows ? ";" : ":")
    .map((folder) => `${folder}/${name}`)
    .find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    // Missing, or in a folder that cannot be read: not to be run either way.
    return false;
  }
}
