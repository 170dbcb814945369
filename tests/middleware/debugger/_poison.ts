/** What an app can replace: the methods and getters of these. */
const OWNERS: readonly object[] = [
  Object,
  Object.prototype,
  Function.prototype,
  Array,
  Array.prototype,
  String,
  String.prototype,
  Number,
  Number.prototype,
  Symbol.prototype,
  BigInt.prototype,
  RegExp.prototype,
  Date,
  Date.prototype,
  Error,
  Error.prototype,
  Map.prototype,
  Set.prototype,
  WeakMap.prototype,
  WeakRef.prototype,
  Promise.prototype,
  JSON,
  Math,
  Reflect,
  URL,
  Headers.prototype,
  Request.prototype,
  Iterator.prototype,
  ...[
    [].values(),
    new Map().values(),
    new Set().values(),
    ""[Symbol.iterator](),
  ]
    .map((iterator) => Reflect.getPrototypeOf(iterator)!),
  Reflect.getPrototypeOf(Uint8Array.prototype)!,
];

/**
 * Replaces every method and getter of the language by one that counts, gives
 * `Object.prototype` some properties, and runs code meanwhile. Returns what was
 * called, and what the code has returned or thrown.
 */
export function whilePoisoned<Result>(
  code: () => Result,
): { called: string[]; result: Result } {
  const called: string[] = [];
  const undos: (() => void)[] = [];
  const { defineProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;
  const push = Array.prototype.push;
  const { apply } = Reflect;
  const note = (name: string) => apply(push, called, [name]);
  for (const owner of OWNERS) {
    for (const key of ownKeys(owner)) {
      const original = getOwnPropertyDescriptor(owner, key)!;
      const isMethod = typeof original.value === "function" ||
        original.get !== undefined;
      if (!original.configurable || !isMethod || key === "constructor") {
        continue;
      }
      const name = String(key);
      const poison = original.get === undefined
        ? {
          value: function poisoned(this: unknown, ...args: unknown[]): unknown {
            note(name);
            return apply(original.value, this, args);
          },
        }
        : {
          get(this: unknown): unknown {
            note(`get ${name}`);
            return apply(original.get!, this, []);
          },
        };
      undos.push(() => defineProperty(owner, key, original));
      defineProperty(owner, key, { ...original, ...poison });
    }
  }
  for (const key of ["get", "set", "value", "name", "line", "cause", "then"]) {
    undos.push(() => Reflect.deleteProperty(Object.prototype, key));
    const get = () => note(`polluted ${key}`);
    // The properties that are there by now count in descriptors, too.
    const pollution = {
      __proto__: null,
      get,
      set: undefined,
      configurable: true,
    };
    defineProperty(Object.prototype, key, pollution as object);
  }
  // What was called to get here does not count.
  called.length = 0;
  try {
    const result = code();
    const seen = called.length;
    for (let i = undos.length - 1; i >= 0; i--) undos[i]!();
    return { called: [...new Set(called.slice(0, seen))], result };
  } catch (error) {
    for (let i = undos.length - 1; i >= 0; i--) undos[i]!();
    throw error;
  }
}
