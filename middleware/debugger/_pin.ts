import { equalSecrets } from "./_equal_secrets.ts";

/** Wrong PINs after which each further one has to wait. */
const FREE_FAILURES = 5;

/** Wrong PINs after which nothing opens the console until a new start. */
const MAX_FAILURES = 10;

/** How long a PIN waits once there were too many wrong ones, in milliseconds. */
const DELAY = 2000;

/** What came of a PIN: `"busy"` if another one is waiting at the moment. */
export type PinVerdict = "right" | "wrong" | "locked" | "busy";

/** How many wrong PINs there were since the last right one. */
export interface PinFailures {
  /** The number, which may be kept for the next process. */
  count: number;
}

let ofProcess: string | undefined;

/** The PIN of this process, which is made on first need: `123-456-789`. */
export function processPin(): string {
  ofProcess ??= randomPin();
  return ofProcess;
}

/** Makes a PIN; 64 bits leave no trace of the division. */
export function randomPin(): string {
  const [bits] = crypto.getRandomValues(new BigUint64Array(1));
  const digits = (bits! % 1_000_000_000n).toString().padStart(9, "0");
  return digits.replace(/(\d{3})(?=\d)/g, "$1-");
}

/** The digits of a PIN, which may be written with dashes and spaces. */
export function pinDigits(pin: string): string {
  return pin.replace(/[\s-]/g, "");
}

/**
 * Checks PINs, and counts the wrong ones of all clients together: an attacker
 * can have as many connections as he likes. One PIN at a time is looked at, so
 * that no number of parallel ones is a way around the waiting.
 */
export class PinGuard {
  readonly #digits: string;
  readonly #wait: (milliseconds: number) => Promise<void>;
  readonly #failures: PinFailures;
  #isBusy = false;

  /**
   * Makes the guard of a PIN.
   *
   * @param pin The PIN.
   * @param wait Waits some milliseconds.
   * @param failures Where wrong ones are counted.
   */
  constructor(
    pin: string,
    wait: (milliseconds: number) => Promise<void>,
    failures: PinFailures = { count: 0 },
  ) {
    this.#digits = pinDigits(pin);
    this.#wait = wait;
    this.#failures = failures;
  }

  /** Whether there were so many wrong PINs that no right one counts any more. */
  get isLocked(): boolean {
    return this.#failures.count >= MAX_FAILURES;
  }

  /** How many wrong PINs are left. */
  get attemptsLeft(): number {
    return MAX_FAILURES - this.#failures.count;
  }

  /** Looks at a PIN. */
  async attempt(pin: string): Promise<PinVerdict> {
    if (this.isLocked) return "locked";
    if (this.#isBusy) return "busy";
    if (this.#failures.count >= FREE_FAILURES) {
      this.#isBusy = true;
      try {
        await this.#wait(DELAY);
      } finally {
        this.#isBusy = false;
      }
    }
    if (equalSecrets(pinDigits(pin), this.#digits)) {
      this.#failures.count = 0;
      return "right";
    }
    this.#failures.count++;
    return this.isLocked ? "locked" : "wrong";
  }
}
