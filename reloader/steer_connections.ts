const SOL_SOCKET = 1;
const SO_ATTACH_REUSEPORT_CBPF = 51;

/** `BPF_RET | BPF_K` with 1: of two listeners, the one that came second. */
const PROGRAM = [6, 0, 0, 0, 1, 0, 0, 0];

const HIGHEST_FD = 256;

/**
 * Has the kernel give new connections to the newer one of two listeners on the
 * same port (socket(7), `SO_ATTACH_REUSEPORT_CBPF`), so that the older one can
 * be closed with none of them in its queue. The program stays with the port: it
 * counts for later listeners, too.
 *
 * Requires `--allow-ffi` permission and Linux.
 *
 * @returns Makes the call for all listening sockets of this process that share
 * their ports; `undefined` where that is not to be had.
 */
export function connectionSteering(): (() => void) | undefined {
  if (Deno.build.os !== "linux") return undefined;
  if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
    return undefined;
  }
  const library = openLibrary();
  if (library === undefined) return undefined;
  const { setsockopt, memcpy } = library.symbols;
  const program = new Uint8Array(PROGRAM);
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setUint16(0, 1, true);
  // `memcpy` returns the address of the buffer; `UnsafePointer` would need more
  // permissions.
  const address = memcpy(program, program, 0n);
  view.setBigUint64(8, BigInt(address), true);

  return () => {
    for (let fd = 3; fd < HIGHEST_FD; fd++) {
      setsockopt(
        fd,
        SOL_SOCKET,
        SO_ATTACH_REUSEPORT_CBPF,
        header,
        header.length,
      );
    }
    // The buffer must not be collected before its address was used.
    program.fill(program[0]!, 0, 1);
  };
}

const SYMBOLS = {
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  memcpy: { parameters: ["buffer", "buffer", "usize"], result: "usize" },
} as const;

function openLibrary(): Deno.DynamicLibrary<typeof SYMBOLS> | undefined {
  for (const name of ["libc.so.6", "libc.so"]) {
    try {
      return Deno.dlopen(name, SYMBOLS);
    } catch {
      // musl has another name for it, and some systems have none.
    }
  }
  return undefined;
}
