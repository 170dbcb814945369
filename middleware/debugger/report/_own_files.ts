import { pathToFileURL } from "node:url";
import {
  endsWith,
  execRegExp,
  includesText,
  sliceText,
  startsWith,
} from "./_builtins.ts";

/** What files are to an app. */
export interface OwnFiles {
  /** Whether a file belongs to it, not to a package or the runtime. */
  readonly isOwn: (url: string) => boolean;
  /** A file as it is shown. */
  readonly pathOf: (url: string) => string;
}

/** devserve's own files, and of those the ones that are apps like any other. */
const OWN_BASE = new URL("../../../", import.meta.url).href;
const DEBUGGER_BASE = new URL("../", import.meta.url).href;
const OWN_APPS_REGEXP = /^(?:examples|tests)\//;
/** The package in a path of Deno's npm cache, and of a `node_modules` folder. */
const CACHE_REGEXP =
  /\/npm\/[^/]+\.[^/]+\/((?:@[^/]+\/)?[^/]+)\/(\d[^/]*)(\/.*)?$/;
const WINDOWS_REGEXP = /^\/[A-Za-z]:\//;
const decode = decodeURIComponent;

/** Tells the files of an app from all others, by the folder it is in. */
export function ownFiles(root: string): OwnFiles {
  const base = decodeUrl(pathToFileURL(root).href);
  const folder = endsWith(base, "/") ? base : `${base}/`;
  return {
    isOwn: (url) => {
      const text = decodeUrl(url);
      return startsWith(text, folder) &&
        !includesText(sliceText(text, folder.length - 1), "/node_modules/") &&
        execRegExp(CACHE_REGEXP, text) === null && !isDevserve(url);
    },
    pathOf: (url) => {
      const text = decodeUrl(url);
      if (startsWith(text, folder)) return sliceText(text, folder.length);
      if (!startsWith(text, "file:///")) return text;
      const cached = execRegExp(CACHE_REGEXP, text);
      if (cached !== null) {
        return `npm:${cached[1]}@${cached[2]}${cached[3] ?? ""}`;
      }
      const path = sliceText(text, 7);
      return execRegExp(WINDOWS_REGEXP, path) === null
        ? path
        : sliceText(path, 1);
    },
  };
}

function isDevserve(url: string): boolean {
  return startsWith(url, OWN_BASE) &&
    execRegExp(OWN_APPS_REGEXP, sliceText(url, OWN_BASE.length)) === null;
}

/** Whether a file belongs to the debugger, which is in many stacks. */
export function isDebugger(url: string): boolean {
  return startsWith(url, DEBUGGER_BASE);
}

/** A file URL as one reads it, without what tells versions apart. */
function decodeUrl(url: string): string {
  if (!startsWith(url, "file:")) return url;
  const path = execRegExp(/^[^?#]*/, url)![0];
  try {
    return decode(path);
  } catch {
    // A "%" that somebody has forgotten to escape.
    return path;
  }
}
