import { type ChildProcess, startProcess } from "../../_process.ts";

/** How long the browser may be in use before what waits for it fails. */
const LIMIT_MILLISECONDS = 90_000;

/** The bits of modifiers in the protocol. */
const MODIFIERS = { alt: 1, ctrl: 2, shift: 8 };

/** Keys that are no characters, with what they type. */
const KEYS: Readonly<Record<string, { code: number; text?: string }>> = {
  Enter: { code: 13, text: "\r" },
  Tab: { code: 9 },
  Escape: { code: 27 },
  ArrowUp: { code: 38 },
  ArrowDown: { code: 40 },
  Backspace: { code: 8 },
  " ": { code: 32, text: " " },
};

type Values = Record<string, unknown>;

interface Message {
  readonly id?: number;
  readonly result?: Values;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: Values;
  readonly sessionId?: string;
}

/**
 * Starts Chromium without a window, and opens a tab in it.
 *
 * @param program Where it is.
 * @returns The tab, which has to be held with `await using`.
 */
export async function openTab(program: string): Promise<BrowserTab> {
  const home = await Deno.makeTempDir();
  const child = startProcess([
    program,
    ...["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"],
    ...["--disable-background-networking", "--disable-component-update"],
    ...["--disable-sync", "--disable-quic", "--remote-debugging-port=0"],
    ...["--disable-dev-shm-usage", `--user-data-dir=${home}/profile`],
  ], {
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
    const tab = new BrowserTab(child, socket, home);
    await tab.open();
    return tab;
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** A tab of a browser of its own, operated as by a user. */
export class BrowserTab implements AsyncDisposable {
  /** The URLs of all requests of the page. */
  readonly requests: string[] = [];
  /** What the browser has to complain about, such as the policy. */
  readonly complaints: string[] = [];
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #home: string;
  readonly #limit: ReturnType<typeof setTimeout>;
  readonly #gone = Promise.withResolvers<never>();
  readonly #answers: ((message: Message) => void)[] = [];
  #loaded = Promise.withResolvers<void>();
  #session: string | undefined;

  /** Use {@linkcode openTab}. */
  constructor(child: ChildProcess, socket: WebSocket, home: string) {
    this.#child = child;
    this.#socket = socket;
    this.#home = home;
    this.#limit = setTimeout(() => socket.close(), LIMIT_MILLISECONDS);
    // At the end nobody waits.
    this.#gone.promise.catch(() => {});
    socket.onclose = () =>
      this.#gone.reject(new Error("Cannot reach Chromium any longer"));
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
  }

  /** Opens the tab. */
  async open(): Promise<void> {
    const { targetId } = await this.call("Target.createTarget", {
      url: "about:blank",
    });
    const { sessionId } = await this.call("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    this.#session = sessionId as string;
    await this.call("Page.enable");
    await this.call("Log.enable");
    await this.call("Runtime.enable");
    await this.call("Network.enable");
  }

  /** Sets what the page gets to see of the screen, and the system's theme. */
  async setScreen(
    width: number,
    height: number,
    theme: "light" | "dark",
  ): Promise<void> {
    await this.call("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await this.call("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: theme }],
    });
  }

  /** Loads a page. */
  async goTo(url: string): Promise<void> {
    this.#loaded = Promise.withResolvers();
    await this.call("Page.navigate", { url });
    await Promise.race([this.#loaded.promise, this.#gone.promise]);
  }

  /** Has the page evaluate an expression, and waits for its value. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails === undefined) return (result as Values).value;
    throw new Error(
      `Cannot evaluate "${expression}": ${JSON.stringify(exceptionDetails)}`,
    );
  }

  /** Waits until an expression is true in the page, and returns its value. */
  async waitFor(expression: string): Promise<unknown> {
    return await this.evaluate(`new Promise((resolve) => {
      const check = () => {
        const value = ${expression};
        if (!value) return setTimeout(check, 5);
        resolve(value);
      };
      check();
    })`);
  }

  /** Types text, as by a keyboard. */
  async type(text: string): Promise<void> {
    for (const text_ of text) {
      await this.call("Input.dispatchKeyEvent", {
        type: "char",
        text: text_,
      });
    }
  }

  /** Presses a key. */
  async press(
    key: string,
    ...modifiers: (keyof typeof MODIFIERS)[]
  ): Promise<void> {
    const { code = key.toUpperCase().charCodeAt(0), text } = KEYS[key] ?? {};
    const event = {
      key,
      windowsVirtualKeyCode: code,
      modifiers: modifiers.reduce((all, name) => all | MODIFIERS[name], 0),
    };
    const typed = text ?? (key.length === 1 ? key : undefined);
    await this.call("Input.dispatchKeyEvent", {
      ...event,
      type: typed === undefined ? "rawKeyDown" : "keyDown",
      ...typed !== undefined && { text: typed },
    });
    await this.call("Input.dispatchKeyEvent", { ...event, type: "keyUp" });
  }

  /** Clicks at the middle of an element. */
  async click(selector: string): Promise<void> {
    const [x, y] = await this.evaluate(`(() => {
      const node = document.querySelector(${JSON.stringify(selector)});
      node.scrollIntoView({ block: "center", behavior: "instant" });
      const { left, top, width, height } = node.getBoundingClientRect();
      return [left + width / 2, top + height / 2];
    })()`) as [number, number];
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.call("Input.dispatchMouseEvent", {
        type,
        x,
        y,
        button: "left",
        clickCount: 1,
      });
    }
  }

  /** Calls a method of the protocol. */
  async call(method: string, params: Values = {}): Promise<Values> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    const id = this.#answers.push(resolve) - 1;
    const sessionId = this.#session;
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    const message = await Promise.race([promise, this.#gone.promise]);
    if (message.result) return message.result;
    throw new Error(`Cannot call ${method}: ${message.error?.message}`);
  }

  /** Ends the browser. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#limit);
    this.#socket.close();
    await this.#gone.promise.catch(() => {});
    await this.#child.stop();
    await Deno.remove(this.#home, { recursive: true });
  }

  #receive({ id, method, params = {}, ...rest }: Message): void {
    if (id !== undefined) {
      return this.#answers[id]?.({ id, params, ...rest });
    }
    switch (method) {
      case "Page.loadEventFired":
        return this.#loaded.resolve();
      case "Network.requestWillBeSent":
        this.requests.push((params.request as { url: string }).url);
        return;
      case "Log.entryAdded":
      case "Runtime.exceptionThrown":
        this.complaints.push(JSON.stringify(params));
    }
  }
}
