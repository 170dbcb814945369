import { eTag } from "@std/http/etag";
import { contentType } from "@std/media-types/content-type";
import { extname } from "@std/path/extname";
import {
  evaluatePreconditions,
  ifRange,
  type Validators,
} from "./_evaluate_preconditions.ts";
import type { FoundFile } from "./_find_shared_file.ts";
import { parseByteRange } from "./_parse_byte_range.ts";
import { streamFile } from "./_stream_file.ts";

/** What the header fields of a file say besides what the file says. */
export interface FileResponseOptions {
  /** The `Cache-Control` field. */
  cacheControl: string;
  /** The type of files with an unknown extension. */
  fallbackMimetype: string;
  /** Whether the answer depends on `Accept-Encoding`. */
  negotiated: boolean;
}

/**
 * Answers a GET or HEAD request with an open file.
 *
 * @param request The request.
 * @param found The file. It is closed with the body, at once if there is none.
 * @param options What else the header fields say.
 * @returns The response: 200, 206, 304, 412 or 416.
 */
export async function respondWithFile(
  request: Request,
  found: FoundFile,
  options: FileResponseOptions,
): Promise<Response> {
  let body: ReadableStream<Uint8Array<ArrayBuffer>> | null = null;
  try {
    const { size } = found.info;
    const validators = await validatorsOf(found);
    const headers = validatorFields(validators, options);
    const status = evaluatePreconditions(request.headers, validators);
    if (status !== undefined) return new Response(null, { status, headers });

    const range = requestedRange(request, validators, size);
    headers.set("Accept-Ranges", "bytes");
    if (range === "unsatisfiable") {
      headers.set("Content-Range", `bytes */${size}`);
      return new Response(null, { status: 416, headers });
    }
    const start = range?.start ?? 0;
    const length = range ? range.end - start + 1 : size;
    setContentFields(headers, found, length, options.fallbackMimetype);
    if (range) {
      headers.set("Content-Range", `bytes ${start}-${range.end}/${size}`);
    }
    if (request.method === "GET" && length > 0) {
      await found.file.seek(start, Deno.SeekMode.Start);
      body = streamFile(found.file, length);
    }
    return new Response(body, { status: range ? 206 : 200, headers });
  } finally {
    if (body === null) found.file.close();
  }
}

async function validatorsOf(found: FoundFile): Promise<Validators> {
  const { mtime } = found.info;
  const etag = await eTag(found.info, { weak: false });
  return {
    // The same bytes in another coding are another representation.
    etag: found.encoding ? etag?.replace(/"$/, `-${found.encoding}"`) : etag,
    // Never in the future (RFC 9110 section 8.8.2.1), and in whole seconds.
    lastModified: mtime
      ? Math.floor(Math.min(mtime.getTime(), Date.now()) / 1000) * 1000
      : undefined,
  };
}

function validatorFields(
  { etag, lastModified }: Validators,
  { cacheControl, negotiated }: FileResponseOptions,
): Headers {
  const headers = new Headers({ "Cache-Control": cacheControl });
  if (etag !== undefined) headers.set("ETag", etag);
  if (lastModified !== undefined) {
    headers.set("Last-Modified", new Date(lastModified).toUTCString());
  }
  if (negotiated) headers.set("Vary", "Accept-Encoding");
  return headers;
}

function requestedRange(
  request: Request,
  validators: Validators,
  size: number,
): ReturnType<typeof parseByteRange> {
  // Ranges are defined for GET alone (RFC 9110 section 14.2).
  if (request.method !== "GET") return undefined;
  if (!ifRange(request.headers.get("if-range"), validators)) return undefined;
  return parseByteRange(request.headers.get("range"), size);
}

function setContentFields(
  headers: Headers,
  { name, encoding }: FoundFile,
  length: number,
  fallbackMimetype: string,
): void {
  headers.set("Content-Length", String(length));
  headers.set(
    "Content-Type",
    contentType(extname(name)) ?? contentType(fallbackMimetype) ??
      fallbackMimetype,
  );
  // An unknown file that is sent as a download must not become a page.
  headers.set("X-Content-Type-Options", "nosniff");
  if (encoding !== undefined) headers.set("Content-Encoding", encoding);
}
