import type { DevCa } from "./dev_ca.ts";
import { optionalEnv } from "./_optional_env.ts";

/**
 * The authority that mkcert made for this user, if there is one whose key can
 * be read: the user's browsers trust it already.
 *
 * Optional, so nothing is asked for: without permission to look, there is none.
 */
export function findMkcertCa(): DevCa | undefined {
  const directory = mkcertDirectory();
  if (directory === undefined) return undefined;
  const { state } = Deno.permissions.querySync({
    name: "read",
    path: directory,
  });
  if (state !== "granted") return undefined;
  const certFile = `${directory}/rootCA.pem`;
  const keyFile = `${directory}/rootCA-key.pem`;
  try {
    const cert = Deno.readTextFileSync(certFile);
    // mkcert works without the key, too: then it issues nothing more.
    Deno.openSync(keyFile).close();
    return { certFile, keyFile, cert, isMkcert: true };
  } catch (error) {
    const { NotFound, PermissionDenied, NotADirectory } = Deno.errors;
    if (error instanceof NotFound) return undefined;
    if (error instanceof PermissionDenied) return undefined;
    if (error instanceof NotADirectory) return undefined;
    throw error;
  }
}

/** Where mkcert keeps its authority: as its `getCAROOT` finds it. */
function mkcertDirectory(): string | undefined {
  const chosen = optionalEnv("CAROOT");
  if (chosen !== undefined) return chosen;
  if (Deno.build.os === "windows") return within(optionalEnv("LOCALAPPDATA"));
  const home = optionalEnv("HOME");
  if (Deno.build.os === "darwin") {
    return within(home && `${home}/Library/Application Support`);
  }
  return within(
    optionalEnv("XDG_DATA_HOME") ?? (home && `${home}/.local/share`),
  );
}

function within(base: string | undefined): string | undefined {
  return base && `${base}/mkcert`;
}
