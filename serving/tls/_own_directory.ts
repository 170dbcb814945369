/** Write permission of anyone but the owner. */
const OTHERS_WRITE = 0o022;
/** Any permission of anyone but the owner. */
const OTHERS = 0o077;

/** Creates a directory for its owner only, unless it is there, and checks it. */
export function makeOwnDirectory(directory: string): void {
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const ErrorClass = cause.constructor as ErrorConstructor;
    throw new ErrorClass(
      `Cannot make the directory of certificates "${directory}": ${cause.message}`,
      { cause },
    );
  }
  checkOwnDirectory(directory);
}

/**
 * Refuses a directory that others can write to: they could put an authority of
 * theirs in it, which the user would then trust.
 */
export function checkOwnDirectory(directory: string): void {
  // There are no such modes on Windows.
  const mode = Deno.statSync(directory).mode ?? 0;
  if ((mode & OTHERS_WRITE) === 0 || Deno.build.os === "windows") return;
  throw new Deno.errors.PermissionDenied(
    `Cannot keep certificates in "${directory}" as only its owner may write there: current mode is ${
      octal(mode)
    } (choose another directory with DEVSERVE_CA_DIR)`,
  );
}

/** Refuses a key that others can read: they could sign whatever they like. */
export function checkOwnKey(keyFile: string): void {
  const mode = Deno.statSync(keyFile).mode ?? 0;
  if ((mode & OTHERS) === 0 || Deno.build.os === "windows") return;
  throw new Deno.errors.PermissionDenied(
    `Cannot use the key "${keyFile}" as only its owner may read it: current mode is ${
      octal(mode)
    } (it may be known to others: remove it, and the trust in its certificate)`,
  );
}

function octal(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}
