const BLOCK_SIZE = 512;

/** The part of a tar header that holds the sum of all its bytes. */
const CHECKSUM = { start: 148, end: 156 };

/**
 * Reads a tar archive as `deno publish` writes it: regular files, with names
 * over 100 bytes in GNU's way.
 *
 * @param archive The bytes, already decompressed.
 * @returns The files by their path, which begins with a slash.
 * @throws {SyntaxError} If it is no such archive.
 */
export function untar(archive: Uint8Array): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  let longName: string | undefined;
  let offset = 0;
  for (;;) {
    const header = take(archive, offset, BLOCK_SIZE);
    if (header.every((byte) => byte === 0)) return files;
    checkSum(header);
    const size = octal(header.subarray(124, 136));
    const content = take(archive, offset + BLOCK_SIZE, size);
    const type = text(header.subarray(156, 157));
    if (type === "L") {
      longName = text(content);
    } else if (type === "0" || type === "") {
      const name = longName ?? text(header.subarray(0, 100));
      files.set(`/${name.replace(/^\.\//, "")}`, content);
      longName = undefined;
    } else {
      throw new SyntaxError(`Cannot read a tar entry: its type is "${type}"`);
    }
    offset += BLOCK_SIZE * (1 + Math.ceil(size / BLOCK_SIZE));
  }
}

function take(bytes: Uint8Array, start: number, length: number): Uint8Array {
  const part = bytes.subarray(start, start + length);
  if (part.length === length) return part;
  throw new SyntaxError(
    `Cannot read ${length} bytes of a tar archive at ${start}: it has ${bytes.length}`,
  );
}

function checkSum(header: Uint8Array): void {
  const expected = octal(header.subarray(CHECKSUM.start, CHECKSUM.end));
  // The sum is taken with spaces in its own place.
  const sum = header.reduce(
    (sum, byte, index) =>
      sum + (index >= CHECKSUM.start && index < CHECKSUM.end ? 0x20 : byte),
    0,
  );
  if (sum === expected) return;
  throw new SyntaxError(
    `Cannot read a tar header: its sum is ${sum}, it says ${expected}`,
  );
}

function octal(field: Uint8Array): number {
  return parseInt(text(field).trim() || "0", 8);
}

function text(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
