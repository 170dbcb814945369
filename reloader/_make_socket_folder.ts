const IS_WINDOWS = Deno.build.os === "windows";

/** How long the path of a Unix socket may be, in bytes: a zero ends it. */
const MAX_SOCKET_PATH = Deno.build.os === "darwin" ? 103 : 107;

/** As much as the name of a socket in the folder takes, with a separator. */
const SOCKET_NAME_LENGTH = 17;

/** Where temporary files are, whatever the environment says. */
const SHORT_FOLDER = "/tmp";

/**
 * Makes a folder whose path is short enough for sockets in it: in that for
 * temporary files, or in `/tmp` where that is too long.
 *
 * @param prefix What its name begins with.
 * @returns Its path.
 */
export function makeSocketFolder(prefix: string): string {
  const path = makeIn(undefined, prefix);
  const bytes = new TextEncoder().encode(path).length;
  if (IS_WINDOWS || bytes + SOCKET_NAME_LENGTH <= MAX_SOCKET_PATH) return path;
  Deno.removeSync(path);
  return makeIn(SHORT_FOLDER, prefix);
}

/** What is thrown where there can be no such folder. */
export function temporaryError(
  folder: string | undefined,
  cause: unknown,
): unknown {
  if (!(cause instanceof Error)) return cause;
  const ErrorClass = cause.constructor as ErrorConstructor;
  const name = folder ?? temporaryName();
  const place = name === undefined ? "" : ` "${name}"`;
  const reason = cause.message.replace(/: (?:mkdir|open|tmpdir)\b.*$/s, "");
  return new ErrorClass(
    `Cannot use the folder for temporary files${place}: ${reason} (choose another one with TMPDIR)`,
    { cause },
  );
}

function makeIn(dir: string | undefined, prefix: string): string {
  try {
    return Deno.makeTempDirSync({ prefix, ...dir !== undefined && { dir } });
  } catch (error) {
    throw temporaryError(dir, error);
  }
}

/** What the environment says, where it may be asked. */
function temporaryName(): string | undefined {
  const variable = IS_WINDOWS ? "TEMP" : "TMPDIR";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return (state === "granted" && Deno.env.get(variable)) || undefined;
}
