/** Collects changes to a text and makes them all at once. */
export class TextEdits {
  readonly #text: string;
  readonly #edits: { start: number; end: number; text: string }[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** Inserts at an offset, after what was inserted there before. */
  insert(start: number, text: string): void {
    this.#edits.push({ start, end: start, text });
  }

  /** Replaces a range, which no other change may touch. */
  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  /** Where the text has something, from an offset on. */
  indexOf(searched: string, start: number): number {
    return this.#text.indexOf(searched, start);
  }

  /** Whether there is nothing to change. */
  get isEmpty(): boolean {
    return this.#edits.length === 0;
  }

  /** The text with the changes. */
  apply(): string {
    // Sorting is stable: insertions at one offset stay in the order they came.
    this.#edits.sort((a, b) => a.start - b.start);
    const pieces: string[] = [];
    let position = 0;
    for (const { start, end, text } of this.#edits) {
      pieces.push(this.#text.slice(position, start), text);
      position = end;
    }
    pieces.push(this.#text.slice(position));
    return pieces.join("");
  }
}
