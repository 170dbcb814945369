import { randomSecret } from "./_equal_secrets.ts";

/** How long a PIN is good for, in seconds. */
const MAX_AGE = 8 * 60 * 60;

const NAME = "devserve-console-";
const VALUE_REGEXP = /^((\d{1,16})\.[\da-f]{64})\.([\da-f]{64})$/;

/** As many cookies of a request are looked at: a browser has one or two. */
const MAX_COOKIES = 20;

const HMAC = { name: "HMAC", hash: "SHA-256" };

const encoder = new TextEncoder();

/**
 * Who has given the PIN: each has a cookie with a random number and its end,
 * signed (RFC 2104) with a key that only this program has.
 *
 * Cookies do not know ports, so that every server on this machine is sent those
 * of the others. Hence the path of the cookie: it has a secret in it, so that
 * nobody can ask for it elsewhere. The name has the port, so that two consoles
 * do not take each other's cookies away.
 */
export class Sessions {
  readonly #path: string;
  readonly #key: string;
  readonly #now: () => number;
  #hmacKey: Promise<CryptoKey> | undefined;

  /**
   * Makes a list without sessions.
   *
   * @param path The path of the cookies.
   * @param key The key, in hexadecimal digits.
   * @param now The time in milliseconds since 1970.
   */
  constructor(path: string, key: string, now: () => number = Date.now) {
    this.#path = path;
    this.#key = key;
    this.#now = now;
  }

  /** Begins a session, and returns the `Set-Cookie` of it. */
  async begin(port: number): Promise<string> {
    const end = this.#now() + MAX_AGE * 1000;
    const content = `${end}.${randomSecret(256)}`;
    const key = await this.#importKey();
    const mac = await crypto.subtle.sign(HMAC, key, encoder.encode(content));
    const value = `${content}.${new Uint8Array(mac).toHex()}`;
    return `${NAME}${port}=${value}; HttpOnly; SameSite=Strict; ` +
      `Path=${this.#path}; Max-Age=${MAX_AGE}`;
  }

  /** Whether a `Cookie` header has a session; others may have set such a name. */
  async has(cookieHeader: string | null): Promise<boolean> {
    const cookies = (cookieHeader ?? "").split(";")
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(NAME))
      .slice(0, MAX_COOKIES);
    for (const cookie of cookies) {
      if (await this.#isOpen(cookie.slice(cookie.indexOf("=") + 1))) {
        return true;
      }
    }
    return false;
  }

  async #isOpen(value: string): Promise<boolean> {
    const [, content, end, mac] = VALUE_REGEXP.exec(value) ?? [];
    if (content === undefined || Number(end) <= this.#now()) return false;
    const key = await this.#importKey();
    const signature = Uint8Array.fromHex(mac!);
    const data = encoder.encode(content);
    return await crypto.subtle.verify(HMAC, key, signature, data);
  }

  #importKey(): Promise<CryptoKey> {
    this.#hmacKey ??= crypto.subtle.importKey(
      "raw",
      Uint8Array.fromHex(this.#key),
      HMAC,
      false,
      ["sign", "verify"],
    );
    return this.#hmacKey;
  }
}
