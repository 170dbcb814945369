import type { PinFailures } from "./_pin.ts";
import type { LoggedError } from "./_print_error.ts";

/** Options for {@linkcode debuggedApplication}. */
export interface DebuggedApplicationOptions {
  /**
   * Whether code can be run in the frames of an error, and in the console at
   * `/__devserve/console`. **Whoever gets there runs what he likes**, with the
   * permissions of the program.
   *
   * @default {false}
   */
  evalex?: boolean;
  /**
   * Whether the console asks for the PIN. Without, every program and user of
   * this machine that finds its page can run code.
   *
   * @default {true}
   */
  pinSecurity?: boolean;
  /**
   * The PIN: 4 to 32 digits, with or without dashes, or `"off"`, which is the
   * same as `pinSecurity: false`. By default, nine random digits that stay the
   * same as long as the process lives.
   */
  pin?: string;
  /**
   * What the path and the cookies of the console are made with: 96 random digits
   * in hexadecimal. Whoever runs one process after the other for the
   * same user, and gives all of them the same secret and PIN, spares that user
   * the PIN after each of his changes. By default, each process has its own.
   */
  secret?: string;
  /**
   * Where wrong PINs are counted, for processes that follow each other: ten of
   * them close the consoles of all. By default, each process counts its own.
   */
  pinFailures?: PinFailures;
  /** Called with the PIN when the first console is opened. Prints it by default. */
  onPin?: (pin: string) => void;
  /**
   * The folder whose files are the app's own.
   *
   * @default {"the current directory"}
   */
  root?: string;
  /**
   * Hosts besides `localhost`, `*.localhost` and loopback addresses that may see
   * errors: a name, `".name"` for all names below it as well, or an IP address.
   * A page whose name leads here, whoever it belongs to, can read what they see.
   *
   * @default {[]}
   */
  trustedHosts?: readonly string[];
  /**
   * The URL that opens a file in the editor, with `{path}`, `{line}` and
   * `{column}`.
   */
  editor?: string;
  /** Where the files are for the editor, by where they are here. */
  editorPaths?: Readonly<Record<string, string>>;
  /**
   * What the console at `/__devserve/console` can see: a function that runs code
   * in the scope of a module, or an object whose members are its variables, such
   * as the namespace of a module.
   *
   * @default {{}}
   */
  moduleScope?: ModuleScope;
  /**
   * The URL of the module `acorn`, which the console reads code with. Loaded
   * when code is run for the first time.
   *
   * @default {"npm:acorn@^8"}
   */
  acornUrl?: string;
  /** The URL of the module that colors sources; without, they are plain. */
  highlightUrl?: string;
  /**
   * Called with each error that is recorded. By default, it is printed with the
   * path of its page; one that belongs to no request only has the path printed,
   * since Deno, or whoever takes it, prints the error.
   */
  logError?: (error: unknown, details: LoggedError) => void;
  /** Ends the console server, and forgets all errors, when aborted. */
  signal?: AbortSignal;
}

/** The scope of the console that belongs to no error. */
export type ModuleScope =
  | ((code: string) => unknown)
  | Readonly<Record<string, unknown>>;

/** The options with all defaults. */
export interface DebuggerSettings {
  readonly evalex: boolean;
  /** `undefined` where none is asked for. */
  readonly pin: string | undefined;
  readonly secret: string;
  readonly pinFailures: PinFailures | undefined;
  readonly onPin: (pin: string) => void;
  readonly root: string;
  readonly trustedHosts: readonly string[];
  readonly editor: string | undefined;
  readonly editorPaths: Readonly<Record<string, string>> | undefined;
  readonly moduleScope: ModuleScope;
  readonly acornUrl: string;
  readonly highlightUrl: string | undefined;
  readonly logError: (error: unknown, details: LoggedError) => void;
  readonly signal: AbortSignal | undefined;
}
