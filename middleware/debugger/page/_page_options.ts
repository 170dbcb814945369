/** Where the console server shows a page, and how to talk to it. */
export interface PageConsole {
  /**
   * The address of the same page on the console server:
   * `http://127.0.0.1:5000/key/id`. Commands are beside it:
   * `http://127.0.0.1:5000/key/eval`.
   */
  readonly url: string;
  /**
   * What commands carry in `x-devserve-token`. Only for the page at `url`
   * itself: with it the page has consoles and expands values; without it there
   * are links to `url`, and nothing in the page could send a command.
   */
  readonly token?: string;
}

/** What all pages of the debugger are told. */
export interface PageOptions {
  /** The nonce for `style-src` and `script-src` of the page's policy. */
  readonly nonce: string;
  /** The console server, if code may be evaluated. */
  readonly console?: PageConsole;
  /**
   * The address of the list of errors; that of an error is below it.
   *
   * @default {"/__devserve/errors"} for the list itself
   */
  readonly errorsUrl?: string;
}

/** What pages that show sources are told. */
export interface SourceOptions {
  /**
   * The URL that opens a file: `vscode://file/{path}:{line}:{column}`. Other
   * placeholders stay as they are.
   */
  readonly editor?: string;
  /**
   * Where files are for the editor: `{"/app": "/home/ann/project"}` for an app
   * that runs in a container.
   */
  readonly editorPaths?: Readonly<Record<string, string>>;
  /** Colors code: HTML of `span` elements with classes `shj-syn-…`. */
  readonly highlight?: (code: string, lang: string) => string;
}
