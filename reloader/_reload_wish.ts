/** The wish to have the app started anew, and because of what. */
export class ReloadWish {
  #paths: Set<string> = new Set();
  #isThere = false;
  #wake: PromiseWithResolvers<void> = Promise.withResolvers();

  /** Whether there is one. */
  get isThere(): boolean {
    return this.#isThere;
  }

  /** Wishes it, because of changes to these paths or for no reason. */
  add(paths: Iterable<string> = []): void {
    for (const path of paths) this.#paths.add(path);
    this.#isThere = true;
    this.wake();
  }

  /** Takes the wish, and returns the paths. */
  take(): string[] {
    const paths = [...this.#paths];
    this.#paths = new Set();
    this.#isThere = false;
    return paths;
  }

  /** Has `next` return, for another reason than a wish. */
  wake(): void {
    this.#wake.resolve();
  }

  /** Resolves at the next wish or wake after this call. */
  next(): Promise<void> {
    this.#wake = Promise.withResolvers();
    return this.#wake.promise;
  }
}
