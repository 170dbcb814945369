import { descriptorOf } from "./_class_name.ts";
import { apply, defineProperty, hasOwn } from "./_builtins.ts";

const ErrorClass = Error;

/**
 * The stack of an error as V8 writes it. It is written when it is first asked
 * for, by an `Error.prepareStackTrace` of the app if there is one: that is put
 * aside meanwhile. `undefined` if the stack is something else than text.
 */
export function readStack(error: object): string | undefined {
  const prepare = descriptorOf(ErrorClass, "prepareStackTrace");
  const isAside = prepare !== undefined && prepare.configurable === true &&
    setAside(undefined);
  try {
    const stack = readOwn(error);
    return typeof stack === "string" ? stack : undefined;
  } catch {
    // A getter of the app that throws.
    return undefined;
  } finally {
    if (isAside) defineProperty(ErrorClass, "prepareStackTrace", prepare);
  }
}

function setAside(value: undefined): boolean {
  return defineProperty(ErrorClass, "prepareStackTrace", {
    // Without a prototype, which the app can give a getter.
    __proto__: null,
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  } as PropertyDescriptor);
}

function readOwn(error: object): unknown {
  const descriptor = descriptorOf(error, "stack");
  if (descriptor === undefined) return Reflect.get(error, "stack");
  if (hasOwn(descriptor, "value")) return descriptor.value;
  const { get } = descriptor;
  return get === undefined ? undefined : apply(get, error, []);
}
