/** What {@linkcode watchRequest} is to tell about a request. */
export interface WatchRequestOptions {
  /** The fields whose reading is told, in lower case. */
  fields: ReadonlySet<string>;
  /** Called before a body is read that was read already. */
  onBodyReadTwice: () => void;
}

const BODY_METHODS = [
  ...["arrayBuffer", "blob", "bytes", "formData", "json", "text"],
];

/**
 * Watches what an app does with a request. It stays the same object, whose
 * methods are covered by own properties that call them: a Proxy would not pass
 * for a `Request` where Deno or a framework looks into it.
 *
 * Reading field by field is seen, with `get()` and `has()`; going through all of
 * them is not, as that is what copies and logs do.
 *
 * @param request The request.
 * @param options What to watch.
 * @returns The fields that were read so far.
 */
export function watchRequest(
  request: Request,
  { fields, onBodyReadTwice }: WatchRequestOptions,
): () => ReadonlySet<string> {
  const read = new Set<string>();
  for (const method of ["get", "has"]) {
    cover(request.headers, method, (_headers, name) => {
      const field = String(name).toLowerCase();
      if (fields.has(field)) read.add(field);
    });
  }
  // A request without a body can be read again and again.
  if (request.method !== "GET" && request.method !== "HEAD") {
    for (const method of BODY_METHODS) {
      cover(request, method, (self: Request) => {
        if (self.bodyUsed) onBodyReadTwice();
      });
    }
  }
  return () => new Set(read);
}

/** Calls `before` before each call of a method of this one object. */
function cover<Target extends object>(
  target: Target,
  method: string,
  before: (self: Target, ...args: unknown[]) => void,
): void {
  const original: unknown = Reflect.get(target, method);
  if (typeof original !== "function" || !Object.isExtensible(target)) return;
  Object.defineProperty(target, method, {
    configurable: true,
    writable: true,
    value(this: Target, ...args: unknown[]): unknown {
      before(this, ...args);
      return Reflect.apply(original, this, args);
    },
  });
}
