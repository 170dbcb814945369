import { type ColorSource, colorSources } from "./_color_sources.ts";
import { ConsoleAccess } from "./_console_access.ts";
import { consoleHandler } from "./_console_handler.ts";
import type { ConsolePage } from "./_console_pages.ts";
import { ConsoleServer } from "./_console_server.ts";
import type { DebuggerSettings } from "./_debugger_options.ts";
import type { DebuggerParts } from "./_debugger_parts.ts";
import {
  CONSOLE_NAME,
  FrameConsoles,
  type StoredError,
} from "./_frame_consoles.ts";
import type { PageOptions } from "./page/_page_options.ts";
import { HIDDEN, HIDDEN_BY_PIN, redactReport } from "./_redact_report.ts";
import { withoutOwnFrames } from "./_without_own_frames.ts";
import type { ErrorReport } from "./error_report.ts";
import { ErrorStore } from "./error_store.ts";

/** The path of the list of errors on the origin of the app. */
export const ERRORS_PATH = "/__devserve/errors";

const NO_HOOK =
  "There are no variables and no consoles in the frames, as the app was not loaded by devserve: this is what the stack tells";

const NO_CONSOLE =
  "There is no console, as nothing can listen on 127.0.0.1: the permission --allow-net=127.0.0.1 may be missing, or the server has stopped";

/** What is known of the errors of one app, and the way to their consoles. */
export class Debugger implements AsyncDisposable {
  /** How it was set up. */
  readonly settings: DebuggerSettings;
  /** What it is put together from. */
  readonly parts: DebuggerParts;
  readonly #store: ErrorStore<StoredError> = new ErrorStore();
  readonly #access: ConsoleAccess;
  readonly #server: ConsoleServer | undefined;
  #colors: Promise<ColorSource | undefined> | undefined;

  /** Makes a debugger without errors, whose console is not yet there. */
  constructor(settings: DebuggerSettings, parts: DebuggerParts) {
    this.settings = settings;
    this.parts = parts;
    const { evalex, pin, secret, pinFailures, onPin } = settings;
    this.#access = new ConsoleAccess({
      pin,
      secret,
      pinFailures,
      wait: parts.wait,
    });
    const consoles = new FrameConsoles(this.#store, settings, parts);
    const handler = consoleHandler({
      access: this.#access,
      findConsole: (report, frame) => consoles.find(report, frame),
      pageOf: (name, page) => this.#pageOf(name, page),
    });
    this.#server = evalex
      ? new ConsoleServer(handler, () => pin !== undefined && onPin(pin))
      : undefined;
  }

  /** The reports of the newest errors, newest first, without secrets. */
  get reports(): ErrorReport[] {
    return this.#store.list().map(({ report }) => redactReport(report, HIDDEN));
  }

  /** The report of an error without its secrets. */
  report(id: string): ErrorReport | undefined {
    const stored = this.#store.get(id);
    return stored && redactReport(stored.report, HIDDEN);
  }

  /** Makes and keeps the report of an error, and has it logged. */
  record(
    error: unknown,
    kind: ErrorReport["kind"],
    request?: Request,
  ): ErrorReport {
    const { root } = this.settings;
    const made = this.parts.makeReport(error, {
      kind,
      root,
      ...request !== undefined && { request },
      ...!this.parts.isHookInstalled() && { notice: NO_HOOK },
    });
    const report = withoutOwnFrames(made.report);
    this.#store.add({ ...made, report, error, consoles: new Map() });
    return redactReport(report, HIDDEN);
  }

  /** The address of a page with consoles; `undefined` if there cannot be one. */
  consoleUrl(name: string): string | undefined {
    const origin = this.#server?.start();
    return origin && `${origin}${this.#access.base}/${name}`;
  }

  /** The page of an error on the origin of the app, which can run nothing. */
  async errorPage(report: ErrorReport, nonce: string): Promise<string> {
    const url = this.consoleUrl(report.id);
    const hasLostConsole = this.settings.evalex && url === undefined;
    const notices = [report.notice, hasLostConsole ? NO_CONSOLE : undefined]
      .filter((notice) => notice !== undefined);
    return await this.#renderError(
      notices.length === 0 ? report : { ...report, notice: notices.join(". ") },
      {
        nonce,
        errorsUrl: ERRORS_PATH,
        ...url !== undefined && { console: { url } },
      },
    );
  }

  /** Ends the console server, and lets go of all errors. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#store.clear();
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #pageOf(
    name: string,
    { nonce, url, token, isOpen }: ConsolePage,
  ): Promise<string | undefined> {
    const options = { nonce, console: { url, token } };
    if (name === CONSOLE_NAME) return this.parts.consolePage(options);
    const report = this.#store.get(name)?.report;
    if (report === undefined) return undefined;
    // Who has not given the PIN sees no more than on the origin of the app.
    const shown = isOpen ? report : redactReport(report, HIDDEN_BY_PIN);
    return await this.#renderError(shown, options);
  }

  async #renderError(
    report: ErrorReport,
    options: PageOptions,
  ): Promise<string> {
    const { editor, editorPaths } = this.settings;
    return await colorSources((highlight) =>
      this.parts.errorPage(report, {
        ...options,
        ...editor !== undefined && { editor },
        ...editorPaths !== undefined && { editorPaths },
        ...highlight !== undefined && { highlight },
      }), await this.#loadColors());
  }

  #loadColors(): Promise<ColorSource | undefined> {
    const { highlightUrl } = this.settings;
    this.#colors ??= highlightUrl === undefined
      ? Promise.resolve(undefined)
      : this.parts.loadColors(highlightUrl).catch(() => {
        // The page has to appear, colored or not.
        return undefined;
      });
    return this.#colors;
  }
}
