/**
 * Built-in functions as they were before the app could replace them. What looks
 * at the app's values uses these and no methods, no `for…of` and no spread of
 * arrays, all of which would run what the app has put in their place.
 */

/** Makes a function of a method that takes `this` as its first argument. */
export const uncurry = Function.prototype.bind.bind(
  Function.prototype.call,
) as <
  This,
  Args extends unknown[],
  Result,
>(
  method: (this: This, ...args: Args) => Result,
) => (self: This, ...args: Args) => Result;

/** Makes a function of a getter, as methods and getters take a `this`. */
export function captureGetter<Result>(
  prototype: object,
  key: PropertyKey,
): (self: unknown) => Result {
  const getter = Reflect.getOwnPropertyDescriptor(prototype, key)?.get;
  if (getter === undefined) return () => undefined as Result;
  return uncurry(getter as (this: unknown) => Result);
}

export const {
  apply,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  ownKeys,
  defineProperty,
} = Reflect;
export const { hasOwn } = Object;
export const { isArray } = Array;
/** Whether it is an error, of this or another realm. */
export const errorIsError: (value: unknown) => boolean = Error.isError;
export const domExceptionName = captureGetter<unknown>(
  DOMException.prototype,
  "name",
);
export const domExceptionMessage = captureGetter<unknown>(
  DOMException.prototype,
  "message",
);
export const { min, max } = Math;
export const makeString = String;

export const push = uncurry(
  Array.prototype.push as <T>(this: T[], item: T) => number,
);

export const charCodeAt = uncurry(String.prototype.charCodeAt);
export const sliceText = uncurry(String.prototype.slice);
export const indexOfText = uncurry(String.prototype.indexOf);
export const startsWith = uncurry(String.prototype.startsWith);
export const endsWith = uncurry(String.prototype.endsWith);
export const includesText = uncurry(String.prototype.includes);
export const toLowerCase = uncurry(String.prototype.toLowerCase);
export const trimText = uncurry(String.prototype.trim);
export const numberToText = uncurry(Number.prototype.toString);
export const bigintToText = uncurry(BigInt.prototype.toString);
export const symbolToText = uncurry(Symbol.prototype.toString);
export const execRegExp = uncurry(RegExp.prototype.exec);
export const functionToText = uncurry(Function.prototype.toString);

export const dateToText = uncurry(Date.prototype.toISOString);
export const dateToNumber = uncurry(Date.prototype.getTime);
export const regExpSource = captureGetter<string>(RegExp.prototype, "source");

export const mapSize = captureGetter<number>(Map.prototype, "size");
export const mapEntries = uncurry(
  Map.prototype.entries as (
    this: Map<unknown, unknown>,
  ) => Iterator<[unknown, unknown]>,
);
export const nextEntry = uncurry(
  Reflect.get(new Map().entries(), "next") as (
    this: Iterator<[unknown, unknown]>,
  ) => IteratorResult<[unknown, unknown], undefined>,
);
export const mapGet = uncurry(
  Map.prototype.get as <K, V>(this: ReadonlyMap<K, V>, key: K) => V | undefined,
);
export const mapHas = uncurry(
  Map.prototype.has as (this: Map<unknown, unknown>, key: unknown) => boolean,
);
export const mapSet = uncurry(
  Map.prototype.set as <K, V>(this: Map<K, V>, key: K, value: V) => Map<K, V>,
);
export const setSize = captureGetter<number>(Set.prototype, "size");
export const setHas = uncurry(
  Set.prototype.has as (this: ReadonlySet<unknown>, value: unknown) => boolean,
);
export const setAdd = uncurry(
  Set.prototype.add as <T>(this: Set<T>, value: T) => Set<T>,
);
export const setValues = uncurry(
  Set.prototype.values as (this: Set<unknown>) => Iterator<unknown>,
);
export const nextValue = uncurry(
  Reflect.get(new Set().values(), "next") as (
    this: Iterator<unknown>,
  ) => IteratorResult<unknown, undefined>,
);
export const weakMapGet = uncurry(
  WeakMap.prototype.get as <K extends WeakKey, V>(
    this: WeakMap<K, V>,
    key: K,
  ) => V | undefined,
);
export const weakMapSet = uncurry(
  WeakMap.prototype.set as <K extends WeakKey, V>(
    this: WeakMap<K, V>,
    key: K,
    value: V,
  ) => WeakMap<K, V>,
);
export const weakRefDeref = uncurry(
  WeakRef.prototype.deref as (this: WeakRef<WeakKey>) => unknown,
);

const weakRef = WeakRef.prototype;

/** Whether it is one, and no subclass, which no built-in function tells. */
export function isWeakRef(object: object): object is WeakRef<WeakKey> {
  if (getPrototypeOf(object) !== weakRef) return false;
  try {
    weakRefDeref(object as WeakRef<WeakKey>);
    return true;
  } catch {
    // It has the prototype only.
    return false;
  }
}

const typedArray = getPrototypeOf(Uint8Array.prototype)!;
export const typedArrayLength = captureGetter<number>(typedArray, "length");
export const viewByteLength = captureGetter<number>(
  DataView.prototype,
  "byteLength",
);
export const bufferByteLength = captureGetter<number>(
  ArrayBuffer.prototype,
  "byteLength",
);
export const sharedByteLength = captureGetter<number>(
  SharedArrayBuffer.prototype,
  "byteLength",
);
export const makeBytes: new (buffer: ArrayBufferLike) => Uint8Array =
  Uint8Array;
