import { isProxy } from "node:util/types";
import {
  captureGetter,
  execRegExp,
  getPrototypeOf,
  mapGet,
  push,
  sliceText,
  trimText,
  uncurry,
} from "./_builtins.ts";
import { maskUrl } from "./_mask_url.ts";
import { cleanLine, groupDigits } from "./_primitive_text.ts";

/** What an object of the platform tells, which has no properties of its own. */
export interface PlatformObject {
  /** A line that stands for it, such as `GET /path`. */
  readonly text?: string;
  /** What its getters say, or the pairs that it is a list of. */
  readonly fields: readonly Field[];
}

/** A name with a value. */
export interface Field {
  readonly name: string;
  readonly value: unknown;
}

type Describe = (self: object) => PlatformObject;
type Read = (name: string) => unknown;
type ForEach = (
  this: unknown,
  callback: (value: unknown, name: string) => void,
) => void;

const ORIGIN_REGEXP = /^https?:\/\/[^/?#]*(?=\/)/;
const DESCRIBES: ReadonlyMap<object, Describe> = new Map([
  fieldsOf(
    Request,
    ["method", "url", "headers", "redirect", "bodyUsed"],
    (read) => {
      const url = read("url") as string;
      // The origin is that of the server, mostly.
      const origin = execRegExp(ORIGIN_REGEXP, url)?.[0] ?? "";
      const path = sliceText(url, origin.length);
      return `${cleanLine(`${read("method")}`)} ${cleanLine(maskUrl(path))}`;
    },
  ),
  fieldsOf(
    Response,
    ["status", "statusText", "headers", "url", "redirected", "bodyUsed"],
    (read) =>
      trimText(`${read("status")} ${cleanLine(`${read("statusText")}`)}`),
  ),
  fieldsOf(
    URL,
    ["href", "origin", "pathname", "search", "hash", "searchParams"],
    (read) => cleanLine(maskUrl(read("href") as string)),
  ),
  fieldsOf(
    File,
    ["name", "size", "type", "lastModified"],
    (read) =>
      `${cleanLine(`${read("name")}`)}, ${
        groupDigits(+`${read("size")}`)
      } bytes`,
  ),
  fieldsOf(
    Blob,
    ["size", "type"],
    (read) => `${groupDigits(+`${read("size")}`)} bytes`,
  ),
  fieldsOf(
    AbortSignal,
    ["aborted", "reason"],
    (read) => read("aborted") === true ? "aborted" : "not aborted",
  ),
  pairsOf(Headers),
  pairsOf(FormData),
  pairsOf(URLSearchParams),
]);

/**
 * Describes a request, response, list of headers and the like, by the platform's
 * own getters, whatever a class of the app has put over them.
 */
export function platformObject(object: object): PlatformObject | undefined {
  let owner = getPrototypeOf(object);
  for (let i = 0; i < 10 && owner !== null && !isProxy(owner); i++) {
    const describe = mapGet(DESCRIBES, owner);
    if (describe !== undefined) {
      try {
        return describe(object);
      } catch {
        // It has the prototype, but is no such object.
        return undefined;
      }
    }
    owner = getPrototypeOf(owner);
  }
}

function fieldsOf(
  { prototype }: { prototype: object },
  names: readonly string[],
  textOf: (read: Read) => string,
): [object, Describe] {
  const getters = new Map(names.map((name) => {
    const owner = Object.hasOwn(prototype, name)
      ? prototype
      : getPrototypeOf(prototype)!;
    return [name, captureGetter<unknown>(owner, name)];
  }));
  return [prototype, (self) => {
    const read: Read = (name) => mapGet(getters, name)!(self);
    const fields: Field[] = [];
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      push(fields, { name, value: read(name) });
    }
    return { text: textOf(read), fields };
  }];
}

function pairsOf(
  { prototype }: { prototype: { forEach: unknown } },
): [object, Describe] {
  const forEach = uncurry(prototype.forEach as ForEach);
  return [prototype, (self) => {
    const fields: Field[] = [];
    forEach(self, (value, name) => void push(fields, { name, value }));
    return { fields };
  }];
}
