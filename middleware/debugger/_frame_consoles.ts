import type { DebuggerSettings } from "./_debugger_options.ts";
import type { DebuggerParts, FrameConsole } from "./_debugger_parts.ts";
import { moduleFrame } from "./_module_frame.ts";
import type { ErrorStore } from "./error_store.ts";
import type { LiveFrame } from "./instrument/live_frames.ts";
import type { MadeReport } from "./report/make_report.ts";

/** What the console that belongs to no error is called in place of an id. */
export const CONSOLE_NAME = "console";

/** An error, and the consoles that were used in its frames. */
export interface StoredError extends MadeReport {
  /** What was thrown. */
  readonly error: unknown;
  /** The consoles by the numbers of their frames; they go with the error. */
  readonly consoles: Consoles;
}

type Consoles = Map<number, Promise<FrameConsole>>;

/** The consoles of all frames, each made when it is used for the first time. */
export class FrameConsoles {
  readonly #store: ErrorStore<StoredError>;
  readonly #settings: DebuggerSettings;
  readonly #parts: DebuggerParts;
  /** Only one, that of the module. */
  readonly #others: Consoles = new Map();

  /** Finds consoles of the errors in the store. */
  constructor(
    store: ErrorStore<StoredError>,
    settings: DebuggerSettings,
    parts: DebuggerParts,
  ) {
    this.#store = store;
    this.#settings = settings;
    this.#parts = parts;
  }

  /**
   * Finds the console of a frame.
   *
   * @param report The id of the report.
   * @param frame The number of the frame in it.
   * @returns The console; `undefined` if the frame is not live.
   */
  async find(report: string, frame: number): Promise<FrameConsole | undefined> {
    if (report === CONSOLE_NAME && frame === 0) {
      const module = moduleFrame(this.#settings.moduleScope);
      return await this.#make(this.#others, frame, module, {});
    }
    const { frames, consoles, error } = this.#store.get(report) ?? {};
    const live = frames?.get(frame);
    if (live === undefined || consoles === undefined) return undefined;
    const isTaken = live.names.some(({ name }) => name === "error");
    return await this.#make(consoles, frame, live, isTaken ? {} : { error });
  }

  #make(
    consoles: Consoles,
    number: number,
    frame: LiveFrame,
    extras: Readonly<Record<string, unknown>>,
  ): Promise<FrameConsole> {
    const known = consoles.get(number);
    if (known !== undefined) return known;
    const { acornUrl } = this.#settings;
    const made = this.#parts.makeConsole(frame, acornUrl, extras);
    consoles.set(number, made);
    // It may work the next time, when the parser can be loaded.
    made.catch(() => consoles.delete(number));
    return made;
  }
}
