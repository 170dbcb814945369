const SOL_SOCKET = 1;
const SO_ACCEPTCONN = 30;
const SO_ATTACH_REUSEPORT_CBPF = 51;
const AF_UNIX = 1;
const SOCK_STREAM = 1;
const O_CLOEXEC = 0o2000000;

/** `BPF_RET | BPF_K` with 1: of two listeners, the one that came second. */
const PROGRAM = [6, 0, 0, 0, 1, 0, 0, 0];

/** Where the search for listeners ends that are gone: it takes 5 ms then. */
const HIGHEST_FD = 16_384;

/** What the kernel does for listeners that share their ports. */
export interface ConnectionSteering {
  /**
   * Has the kernel give new connections to the newer one of two listeners on the
   * same port (socket(7), `SO_ATTACH_REUSEPORT_CBPF`), so that the older one can
   * be closed with none of them in its queue. The program stays with the port: it
   * counts for later listeners, too.
   */
  steer(addrs: readonly Deno.NetAddr[]): void;
  /**
   * Closes the listeners alone: connections that were accepted go on. Deno knows
   * nothing of that, and keeps something in their place that nobody connects to.
   */
  close(addrs: readonly Deno.NetAddr[]): void;
}

/** Whether this process and those it starts can steer connections. */
export function canSteer(): boolean {
  return Deno.build.os === "linux" &&
    Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/**
 * Prepares to steer connections to the listeners of this process.
 *
 * Requires `--allow-ffi` permission and Linux.
 *
 * @returns What does it; `undefined` where that is not to be had.
 */
export function connectionSteering(): ConnectionSteering | undefined {
  if (!canSteer()) return undefined;
  const library = openLibrary();
  if (library === undefined) return undefined;
  const { getsockopt, getsockname, setsockopt, socket, dup3, close, memcpy } =
    library.symbols;
  const program = new Uint8Array(PROGRAM);
  const header = new Uint8Array(16);
  const view = new DataView(header.buffer);
  view.setUint16(0, 1, true);
  // `memcpy` returns the address of the buffer; `UnsafePointer` would need more
  // permissions.
  const address = memcpy(program, program, 0n);
  view.setBigUint64(8, BigInt(address), true);
  const value = new Uint8Array(128);
  const length = new Uint32Array(1);

  function isListening(fd: number): boolean {
    length[0] = 4;
    value[0] = 0;
    const failed = getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, value, length);
    return failed === 0 && value[0] === 1;
  }

  /** The port of a socket: `sockaddr_in` and `sockaddr_in6` begin alike. */
  function portOf(fd: number): number {
    length[0] = value.length;
    getsockname(fd, value, length);
    return value[2]! * 256 + value[3]!;
  }

  /** The listeners at addresses, which the app may have opened files before. */
  function* listeners(addrs: readonly Deno.NetAddr[]): Generator<number> {
    const ports = new Set(addrs.map(({ port }) => port));
    let left = addrs.length;
    for (let fd = 3; left > 0 && fd < HIGHEST_FD; fd++) {
      if (!isListening(fd) || !ports.has(portOf(fd))) continue;
      left--;
      yield fd;
    }
  }

  return {
    steer(addrs) {
      for (const fd of listeners(addrs)) {
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
    },
    close(addrs) {
      const instead = socket(AF_UNIX, SOCK_STREAM, 0);
      for (const fd of listeners(addrs)) dup3(instead, fd, O_CLOEXEC);
      close(instead);
    },
  };
}

const SYMBOLS = {
  getsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "buffer"],
    result: "i32",
  },
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  setsockopt: {
    parameters: ["i32", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  dup3: { parameters: ["i32", "i32", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
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
