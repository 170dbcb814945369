import type { Log } from "./log.ts";

/**
 * Opens a URL in the browser of the desktop, or in the program that `BROWSER`
 * names; `BROWSER=none` opens none. That it fails is no reason not to serve.
 *
 * Requires `--allow-run` and `--allow-env` permission.
 */
export function openBrowser(url: string, log: Log): void {
  const browser = Deno.env.get("BROWSER");
  if (browser === "none" || !url.startsWith("http")) return;
  const [command, ...args] = browser ? [browser] : desktopOpener();
  try {
    const child = new Deno.Command(command!, {
      args: [...args, url],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    child.unref();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log.message("warn", `Cannot open a browser with "${command}": ${why}`);
  }
}

function desktopOpener(): string[] {
  switch (Deno.build.os) {
    case "darwin":
      return ["open"];
    case "windows":
      return ["explorer"];
    default:
      return ["xdg-open"];
  }
}
