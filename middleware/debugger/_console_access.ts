import { equalSecrets, randomSecret } from "./_equal_secrets.ts";
import { type PinFailures, PinGuard } from "./_pin.ts";
import { Sessions } from "./_sessions.ts";

/** The hexadecimal digits of the secret that are the path; the others, the key. */
const PATH_LENGTH = 32;

/** Settings of a {@linkcode ConsoleAccess}. */
export interface AccessSettings {
  /** The PIN; `undefined` if none is asked for. */
  readonly pin: string | undefined;
  /** What the path and the cookies are made with. */
  readonly secret: string;
  /** Where wrong PINs are counted. */
  readonly pinFailures: PinFailures | undefined;
  /** Waits some milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** Who may use the console. None of its secrets is on a disk. */
export class ConsoleAccess {
  /** What all paths begin with; the cookies stay below it. */
  readonly base: string;
  /**
   * What each command shows to prove that it comes from a page of this process;
   * those of an earlier one are of no use any more.
   */
  readonly token: string = randomSecret(256);
  /** Checks PINs; `undefined` if none is asked for. */
  readonly guard: PinGuard | undefined;
  /** Who has given the PIN. */
  readonly sessions: Sessions;

  /** Lets nobody in yet. */
  constructor({ pin, secret, pinFailures, wait }: AccessSettings) {
    this.base = `/${secret.slice(0, PATH_LENGTH)}`;
    this.sessions = new Sessions(`${this.base}/`, secret.slice(PATH_LENGTH));
    this.guard = pin === undefined
      ? undefined
      : new PinGuard(pin, wait, pinFailures);
  }

  /** Whether there were too many wrong PINs: nobody gets in any more. */
  get isLocked(): boolean {
    return this.guard?.isLocked === true;
  }

  /** The name of what is asked for; `undefined` if the base is not right. */
  nameIn(path: string): string | undefined {
    const end = path.indexOf("/", 1);
    return end !== -1 && equalSecrets(path.slice(0, end), this.base)
      ? path.slice(end + 1)
      : undefined;
  }

  /** Whether a request comes from somebody who has given the PIN. */
  async isOpen(request: Request): Promise<boolean> {
    if (this.guard === undefined) return true;
    return await this.sessions.has(request.headers.get("cookie")) &&
      !this.isLocked;
  }
}

/** Makes the secret of a console: what nobody can guess, for its settings. */
export function consoleSecret(): string {
  return randomSecret(128) + randomSecret(256);
}

/** Whether a text can be the secret of a console. */
export function isConsoleSecret(text: string): boolean {
  return /^[\da-f]{96}$/.test(text);
}
