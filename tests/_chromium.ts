import { type ChildProcess, startProcess } from "./_process.ts";

/** How long a browser may be in use before what waits for it fails. */
const LIMIT_MILLISECONDS = 60_000;

/** The parameters or the result of a method of the DevTools protocol. */
type Values = Record<string, unknown>;

/** A message of the protocol: the answer to a call, or an event. */
interface Message {
  readonly id?: number;
  readonly result?: Values;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Values;
  readonly sessionId?: string;
}

/** What came of loading a page. */
export interface LoadedPage {
  /** Why there is none: `"net::ERR_CERT_AUTHORITY_INVALID"`, for example. */
  readonly error: string | undefined;
  /** What the browser makes of the connection: `"secure"` is the best. */
  readonly security: string;
  /** Has the page evaluate an expression, and waits for its value. */
  evaluate(expression: string): Promise<unknown>;
  /** A picture of the page, as a data URL. */
  screenshot(): Promise<string>;
}

/**
 * Starts Chromium without a window and with nothing of the user's.
 *
 * @param program Where it is.
 * @param home Its home directory: it trusts who is in `.pki/nssdb` there.
 * @returns The browser, which has to be held with `await using`.
 */
export async function openChromium(
  program: string,
  home: string,
): Promise<Chromium> {
  const child = startProcess([
    program,
    ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
    ...["--disable-background-networking", "--disable-component-update"],
    ...["--disable-sync", "--disable-quic", "--remote-debugging-port=0"],
    `--user-data-dir=${home}/profile`,
  ], {
    // Other variables may lead it to the real home.
    env: { HOME: home, PATH: Deno.env.get("PATH") ?? "" },
    clearEnv: true,
  });
  try {
    const [, url] = await child.waitFor(/listening on (ws:\S+)/, "stderr");
    const socket = new WebSocket(url!);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new Chromium(child, socket);
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** A browser that is told by the DevTools protocol what to do. */
export class Chromium implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #limit: ReturnType<typeof setTimeout>;
  readonly #gone = Promise.withResolvers<never>();
  readonly #answers: ((message: Message) => void)[] = [];
  readonly #listeners = new Map<string, (params: Values) => void>();

  /** Use {@linkcode openChromium}. */
  constructor(child: ChildProcess, socket: WebSocket) {
    this.#child = child;
    this.#socket = socket;
    this.#limit = setTimeout(() => socket.close(), LIMIT_MILLISECONDS);
    // At the end nobody waits.
    this.#gone.promise.catch(() => {});
    socket.onclose = () =>
      this.#gone.reject(new Error("Cannot reach Chromium any longer"));
    socket.onmessage = ({ data }) => {
      const message: Message = JSON.parse(data);
      const { id, method, params = {}, sessionId } = message;
      if (id !== undefined) return this.#answers[id]?.(message);
      this.#listeners.get(`${method} ${sessionId}`)?.(params);
    };
  }

  /** Loads a page in a tab of its own. */
  async load(url: string): Promise<LoadedPage> {
    const { targetId } = await this.#call("Target.createTarget", {
      url: "about:blank",
    });
    const session = await this.#call("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const id = session.sessionId as string;
    await this.#call("Page.enable", {}, id);
    const loaded = this.#event("Page.loadEventFired", id, () => true);
    const judged = this.#event(
      "Security.visibleSecurityStateChanged",
      id,
      // The empty page has none.
      ({ visibleSecurityState: state }) =>
        (state as Values).certificateSecurityState !== undefined,
    );
    await this.#call("Security.enable", {}, id);
    const { errorText } = await this.#call("Page.navigate", { url }, id);
    const [{ visibleSecurityState: state }] = await this.#orGone(
      Promise.all([judged, loaded]),
    );
    return {
      error: errorText as string | undefined,
      security: (state as Values).securityState as string,
      evaluate: (expression) => this.#evaluate(expression, id),
      screenshot: async () => {
        const { data } = await this.#call("Page.captureScreenshot", {}, id);
        return `data:image/png;base64,${data}`;
      },
    };
  }

  /** Ends the browser. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#limit);
    this.#socket.close();
    await this.#gone.promise.catch(() => {});
    await this.#child.stop();
  }

  async #evaluate(expression: string, sessionId: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
    }, sessionId);
    if (exceptionDetails === undefined) return (result as Values).value;
    throw new Error(
      `Cannot evaluate "${expression}": ${JSON.stringify(exceptionDetails)}`,
    );
  }

  async #call(
    method: string,
    params: Values,
    sessionId?: string,
  ): Promise<Values> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    const id = this.#answers.push(resolve) - 1;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const { result, error } = await this.#orGone(promise);
    if (result) return result;
    throw new Error(`Cannot call ${method}: ${error?.message}`);
  }

  /** Waits for the first event of a page from now on that is the one meant. */
  #event(
    method: string,
    sessionId: string,
    isIt: (params: Values) => boolean,
  ): Promise<Values> {
    const { promise, resolve } = Promise.withResolvers<Values>();
    this.#listeners.set(`${method} ${sessionId}`, (params) => {
      if (isIt(params)) resolve(params);
    });
    return promise;
  }

  #orGone<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#gone.promise]);
  }
}
