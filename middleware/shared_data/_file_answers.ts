import { globToRegExp } from "@std/path/glob-to-regexp";
import { findSharedFile, type FoundFile } from "./_find_shared_file.ts";
import { preferredEncodings } from "./_preferred_encodings.ts";
import type { ResolvedExport } from "./_resolve_exports.ts";
import {
  type FileResponseOptions,
  respondWithFile,
} from "./_respond_with_file.ts";

/** The options of `sharedData`, checked, and with all defaults. */
export interface FileAnswersOptions extends FileResponseOptions {
  /** Globs of what is not served. */
  disallow: readonly string[];
  /** Whether segments may begin with a dot. */
  dotfiles: boolean;
}

/** The two steps of answering a request with a file. */
export interface FileAnswers {
  /** Opens the file for a path, if one of the exports has it. */
  find(
    request: Request,
    exports: readonly ResolvedExport[],
    segments: readonly string[],
  ): Promise<FoundFile | undefined>;
  /** Answers with that file, which is closed in the end. */
  respond(request: Request, found: FoundFile): Promise<Response>;
}

/**
 * Prepares the two steps.
 *
 * @param options The options.
 * @returns The steps.
 */
export function fileAnswers(options: FileAnswersOptions): FileAnswers {
  const { dotfiles, negotiated } = options;
  const disallow = options.disallow.map(compileGlob);
  return {
    find(request, exports, segments) {
      const encodings = negotiated
        ? preferredEncodings(request.headers.get("accept-encoding"))
        : [];
      const rules = { dotfiles, disallow, encodings };
      return findSharedFile(exports, segments, rules);
    },
    respond: (request, found) => respondWithFile(request, found, options),
  };
}

function compileGlob(glob: string): RegExp {
  // Without regard to case, since the file system may have none either.
  return globToRegExp(glob.replace(/^\.?\//, ""), {
    os: "linux",
    caseInsensitive: true,
  });
}
