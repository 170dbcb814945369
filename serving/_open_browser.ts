import type { Log } from "./log.ts";

/**
 * Opens a URL in the browser of the desktop, or in the program that `BROWSER`
 * names; `BROWSER=none` opens none. That it fails is no reason not to serve.
 *
 * Requires `--allow-run` and `--allow-env` permission.
 */
export function openBrowser(url: string, log: Log): void {
  if (!url.startsWith("http")) return;
  let command: string | undefined;
  try {
    const browser = Deno.env.get("BROWSER");
    if (browser === "none") return;
    command = browser || desktopOpener();
    const child = new Deno.Command(command, {
      args: [url],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const using = command === undefined ? "" : ` with "${command}"`;
    log.message("warn", `Cannot open a browser${using}: ${why}`);
  }
}

function desktopOpener(): string {
  switch (Deno.build.os) {
    case "darwin":
      return "open";
    case "windows":
      return "explorer";
    default:
      return "xdg-open";
  }
}
