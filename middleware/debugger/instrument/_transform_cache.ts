import { isGranted } from "./_is_granted.ts";
import { sourceHash } from "./_source_hash.ts";

/** Changes with what is written, so that older files count as missing. */
const FORMAT = "2";

/** How long nothing is written after the last file was instrumented. */
const QUIET_MILLISECONDS = 100;

/** How long the writing of files keeps other work waiting. */
const TURN_MILLISECONDS = 4;

/** What a file has become. */
export interface CachedCode {
  /** The code, empty if it stays as it is. */
  readonly code: string;
  /** The functions, as JSON. */
  readonly functions: string;
}

/** A file that is to be written. */
interface Unwritten {
  readonly text: string;
  /** Tells whether it may be, if that is not known yet. */
  readonly isSound: (() => boolean) | undefined;
}

/**
 * Keeps instrumented files, one for each source, so that only what has changed
 * is parsed at the next start. What cannot be read or written is made anew: a
 * cache is no reason to fail. It is written when nobody waits for the app any
 * more; when the process ends, what is known to be sound.
 */
export class TransformCache {
  readonly #folder: string | undefined;
  readonly #version: string;
  /** What is to be written, by its path. */
  readonly #unwritten = new Map<string, Unwritten>();
  #isWritable: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Asks for no permission: without one, there is no cache.
   *
   * @param folder Where to, if anywhere. One that others may write to is not
   * used, as what is in it is run.
   * @param parserVersion What has parsed the files.
   */
  constructor(folder: string | undefined, parserVersion: string) {
    const isUsed = folder !== undefined && isGranted("read", folder) &&
      !isOpenToOthers(folder);
    this.#folder = isUsed ? folder : undefined;
    this.#version = `${FORMAT}-${parserVersion}`;
    this.#isWritable = isUsed && isGranted("write", folder);
    // Not with the first file, for which somebody waits.
    if (this.#isWritable) addEventListener("unload", this.#writeAll);
  }

  /** Returns what the source at a URL has become, if it is known. */
  read(url: string, hash: string): CachedCode | undefined {
    if (this.#folder === undefined) return undefined;
    let text: string;
    try {
      text = Deno.readTextFileSync(this.#pathOf(url));
    } catch {
      // Not there, or not to be read.
      return undefined;
    }
    const head = text.indexOf("\n");
    const middle = text.indexOf("\n", head + 1);
    const code = text.slice(middle + 1);
    return text.slice(0, head) === this.#head(hash, code)
      ? { code, functions: text.slice(head + 1, middle) }
      : undefined;
  }

  /**
   * Keeps what a source has become, instead of what it was before.
   *
   * @param isSound Tells whether it can be run, if that is not known yet; asked
   * when nobody waits. What has not been asked for at the end is not kept.
   */
  write(
    url: string,
    hash: string,
    { code, functions }: CachedCode,
    isSound?: () => boolean,
  ): void {
    if (this.#folder === undefined || !this.#isWritable) return;
    const text = `${this.#head(hash, code)}\n${functions}\n${code}`;
    this.#unwritten.set(this.#pathOf(url), { text, isSound });
    clearTimeout(this.#timer);
    this.#writeLater();
  }

  #writeLater(): void {
    this.#timer = setTimeout(
      () => this.#writeUntil(performance.now() + TURN_MILLISECONDS),
      QUIET_MILLISECONDS,
    );
    Deno.unrefTimer(this.#timer);
  }

  readonly #writeAll = (): void => {
    for (const [path, { text, isSound }] of this.#unwritten) {
      if (isSound === undefined) this.#writeFile(path, text);
    }
  };

  #writeUntil(end: number): void {
    for (const [path, { text, isSound }] of this.#unwritten) {
      if (performance.now() > end) return this.#writeLater();
      this.#unwritten.delete(path);
      if (isSound?.() ?? true) this.#writeFile(path, text);
    }
  }

  #writeFile(path: string, text: string): void {
    if (!this.#isWritable) return;
    const draft = `${path}.${crypto.randomUUID()}.draft`;
    try {
      Deno.mkdirSync(this.#folder!, { recursive: true, mode: 0o700 });
      Deno.writeTextFileSync(draft, text, { mode: 0o600, createNew: true });
      Deno.renameSync(draft, path);
    } catch {
      this.#isWritable = false;
    }
  }

  #pathOf(url: string): string {
    return `${this.#folder}/${sourceHash(url)}.js`;
  }

  /** The first line: what it was made of and by, and that it is whole. */
  #head(hash: string, code: string): string {
    return `// ${this.#version} ${hash} ${code.length}`;
  }
}

function isOpenToOthers(folder: string): boolean {
  try {
    return ((Deno.statSync(folder).mode ?? 0) & 0o022) !== 0;
  } catch {
    // It is not there yet.
    return false;
  }
}
