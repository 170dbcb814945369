const STDIN = 0;
const TCSANOW = 0;

/** More than a `termios` takes on any system (Linux: 60, macOS: 72 bytes). */
const TERMIOS_BYTES = 256;

const LIBRARIES: Readonly<Record<string, string>> = {
  linux: "libc.so.6",
  darwin: "libSystem.B.dylib",
};

const SYMBOLS = {
  tcgetattr: { parameters: ["i32", "buffer"], result: "i32" },
  tcsetattr: { parameters: ["i32", "i32", "buffer"], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
  getpgrp: { parameters: [], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

type Modes = Uint8Array<ArrayBuffer>;

/**
 * Keeps the modes of the terminal (termios(3)) as the app has set them, while one
 * process of it follows another. Deno sets back at its exit what the process has
 * set: too late when the next one has set its own by then, and not at all when
 * it was killed.
 */
export class TerminalModes implements Disposable {
  #library: Deno.DynamicLibrary<typeof SYMBOLS> | undefined;
  /** As they were before there was a generation. */
  readonly #first: Modes | undefined;
  /** As the live generation wants them. */
  #wanted: Modes | undefined;
  #isLoading = false;

  private constructor(library: Deno.DynamicLibrary<typeof SYMBOLS>) {
    this.#library = library;
    this.#first = this.#read();
    this.#wanted = this.#first;
  }

  /**
   * Takes note of the modes of standard input.
   *
   * Requires `--allow-ffi` permission.
   *
   * @returns The modes; `undefined` where there is no terminal, or no way to
   * its modes.
   */
  static open(): TerminalModes | undefined {
    const path = LIBRARIES[Deno.build.os];
    if (path === undefined || !Deno.stdin.isTerminal()) return undefined;
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") {
      return undefined;
    }
    try {
      return new TerminalModes(Deno.dlopen(path, SYMBOLS));
    } catch {
      // musl has another library; a shell sets some modes by itself.
      return undefined;
    }
  }

  /** A generation is about to load, and finds the modes as the first one did. */
  beforeLoad(): void {
    if (!this.#isLoading) this.#wanted = this.#read() ?? this.#wanted;
    this.#isLoading = true;
    this.#write(this.#first);
  }

  /** That generation is live, or the one before stays so. */
  afterLoad({ isLive }: { isLive: boolean }): void {
    this.#isLoading = false;
    if (isLive) this.#wanted = this.#read() ?? this.#wanted;
    else this.#write(this.#wanted);
  }

  /** A process has ended. */
  afterEnd({ wasLive }: { wasLive: boolean }): void {
    if (wasLive) this.#wanted = this.#first;
    this.#write(this.#isLoading ? this.#first : this.#wanted);
  }

  /** Sets the modes as they were at first, for the last time. */
  [Symbol.dispose](): void {
    this.#write(this.#first);
    this.#library?.close();
    this.#library = undefined;
  }

  /** The modes now; in the background they are somebody else's. */
  #read(): Modes | undefined {
    if (!this.#isOurs()) return undefined;
    const modes = new Uint8Array(TERMIOS_BYTES);
    this.#library?.symbols.tcgetattr(STDIN, modes);
    return modes;
  }

  /** Sets the modes; in the background that would stop this process. */
  #write(modes: Modes | undefined): void {
    if (modes === undefined || !this.#isOurs()) return;
    this.#library?.symbols.tcsetattr(STDIN, TCSANOW, modes);
  }

  #isOurs(): boolean {
    if (this.#library === undefined) return false;
    const { getpgrp, tcgetpgrp } = this.#library.symbols;
    return tcgetpgrp(STDIN) === getpgrp();
  }
}
