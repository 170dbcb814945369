const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * Has the kernel end this process when its parent ends, even if the app keeps
 * the event loop from noticing (prctl(2), `PR_SET_PDEATHSIG`).
 *
 * Requires `--allow-ffi` permission and Linux; does nothing without.
 */
export function dieWithParent(): void {
  if (Deno.build.os !== "linux") return;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return;
  try {
    const library = Deno.dlopen("libc.so.6", {
      prctl: {
        parameters: ["i32", "u64", "u64", "u64", "u64"],
        result: "i32",
      },
    });
    library.symbols.prctl(PR_SET_PDEATHSIG, BigInt(SIGKILL), 0n, 0n, 0n);
    library.close();
  } catch {
    // musl has another library; the closed channel has to do.
  }
}
