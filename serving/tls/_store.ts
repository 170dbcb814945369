/** A place where a certificate authority can be trusted. */
export interface Store {
  /** What it is called in messages. */
  readonly name: string;
  /** Whether the authority is trusted there, whoever added it. */
  isTrusted(): Promise<boolean>;
  /** Adds the authority. */
  add(): Promise<void>;
  /** Removes what {@linkcode add} has added, and nothing else. */
  remove(): Promise<void>;
}

/** A store that cannot be read or changed, and what to do about it. */
export class StoreError extends Error {
  override name = "StoreError";
  /** What the user can do. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
