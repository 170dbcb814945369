import {
  isAnyArrayBuffer,
  isBoxedPrimitive,
  isDataView,
  isDate,
  isProxy,
  isRegExp,
  isSharedArrayBuffer,
  isWeakMap,
  isWeakSet,
} from "node:util/types";
import { unboxed } from "./_boxed_value.ts";
import {
  bufferByteLength,
  captureGetter,
  dateToNumber,
  dateToText,
  domExceptionMessage,
  domExceptionName,
  errorIsError,
  getPrototypeOf,
  numberToText,
  regExpSource,
  sharedByteLength,
  viewByteLength,
} from "./_builtins.ts";
import { classNameOf, functionText, readData } from "./_class_name.ts";
import { bytesOf } from "./_internal_sections.ts";
import { platformObject } from "./_platform_objects.ts";
import { cleanLine, groupDigits, primitiveText } from "./_primitive_text.ts";
import { temporalText } from "./_temporal_text.ts";

/** How the bytes at the start of a buffer are shown. */
const MAX_BYTES = 16;
const GLOBAL = globalThis;
const FLAGS = ([
  ["d", "hasIndices"],
  ["g", "global"],
  ["i", "ignoreCase"],
  ["m", "multiline"],
  ["s", "dotAll"],
  ["u", "unicode"],
  ["v", "unicodeSets"],
  ["y", "sticky"],
] as const).map(([flag, name]) => ({
  flag,
  isSet: captureGetter<boolean>(RegExp.prototype, name),
}));

/** The text of an object that is shown as a whole, without its members. */
export function atomText(object: object): string | undefined {
  if (object === GLOBAL) return "globalThis";
  if (typeof object === "function") return functionText(object);
  if (errorIsError(object)) return errorLine(object);
  if (isDate(object)) return dateText(object);
  const temporal = temporalText(object);
  if (temporal !== undefined) return temporal;
  if (isRegExp(object)) return regExpText(object);
  if (isWeakMap(object) || isWeakSet(object)) {
    return `${classNameOf(object) ?? "WeakMap"} { <items unknown> }`;
  }
  if (isBoxedPrimitive(object)) {
    const name = classNameOf(object) ?? "Object";
    return `[${name}: ${primitiveText(unboxed(object))}]`;
  }
  if (isAnyArrayBuffer(object)) return bufferText(object);
  if (isDataView(object)) return `DataView(${viewByteLength(object)})`;
  const text = platformObject(object)?.text;
  return text === undefined ? undefined : `${classNameOf(object)} { ${text} }`;
}

/** `TypeError: message`, on one line and without running getters. */
export function errorLine(error: object): string {
  const name = errorName(error);
  const message = errorMessage(error);
  return message === "" ? name : `${name}: ${cleanLine(message)}`;
}

/** What an error calls itself, or the name of its class if that says more. */
export function errorName(error: object): string {
  const name = readData(error, "name") ?? domException(error, domExceptionName);
  const className = classNameOf(error) ?? "Error";
  return typeof name === "string" && name !== "" && name !== "Error"
    ? cleanLine(name, 100)
    : className;
}

/** The message of an error, where it is plain text. */
export function errorMessage(error: object): string {
  const message = readData(error, "message") ??
    domException(error, domExceptionMessage);
  return typeof message === "string" ? message : "";
}

function domException(
  error: object,
  read: (self: unknown) => unknown,
): unknown {
  try {
    return isInChain(error) ? read(error) : undefined;
  } catch {
    // Not one, for all its prototype says.
    return undefined;
  }
}

const DOM_EXCEPTION = DOMException.prototype;

function isInChain(error: object): boolean {
  let owner = getPrototypeOf(error);
  for (let i = 0; i < 10 && owner !== null && !isProxy(owner); i++) {
    if (owner === DOM_EXCEPTION) return true;
    owner = getPrototypeOf(owner);
  }
  return false;
}

function dateText(date: Date): string {
  const time = dateToNumber(date);
  // Not a number for an invalid one.
  return time === time ? dateToText(date) : "Invalid Date";
}

function regExpText(regExp: RegExp): string {
  let text = `/${regExpSource(regExp)}/`;
  for (let i = 0; i < FLAGS.length; i++) {
    const { flag, isSet } = FLAGS[i]!;
    if (isSet(regExp)) text += flag;
  }
  return cleanLine(text);
}

function bufferText(buffer: ArrayBufferLike): string {
  const size = isSharedArrayBuffer(buffer)
    ? sharedByteLength(buffer)
    : bufferByteLength(buffer);
  const head = `${classNameOf(buffer) ?? "ArrayBuffer"}(${groupDigits(size)})`;
  const bytes = bytesOf(buffer);
  if (bytes === undefined) return `${head} <detached>`;
  let text = "";
  for (let i = 0; i < size && i < MAX_BYTES; i++) {
    const byte = numberToText(bytes[i]!, 16);
    text += `${i === 0 ? "" : " "}${byte.length === 1 ? "0" : ""}${byte}`;
  }
  return `${head} <${text}${size > MAX_BYTES ? " …" : ""}>`;
}
