import type { App } from "./handler.ts";
import type { ImportString } from "./import_string.ts";
import { nearestName } from "./_nearest_name.ts";
import {
  describe,
  hasFetch,
  isCallable,
  isClass,
  looksLikeApp,
  settle,
  toApp,
} from "./_to_app.ts";

/** An app, and the export it was taken from. */
export interface PickedApp {
  app: App;
  name: string;
}

/** What is taken, and how it was looked for. */
export interface Wanted extends Pick<ImportString, "name" | "args"> {
  /** Whether a call of `Deno.serve` would have been seen, too. */
  readonly serveCaught?: boolean;
}

/** What was found, and in which words to speak of it. */
interface Taken {
  value: unknown;
  as: string;
}

const NAMES = ["default", "app", "application", "handler"];
const FACTORY_NAMES = ["createApp", "makeApp"];
/** Python's spelling works, too, for those who come from it. */
const ALL_FACTORY_NAMES = [...FACTORY_NAMES, "create_app", "make_app"];
const LATE_SERVE =
  ", and did not call Deno.serve while it was loaded (a call that comes later is not seen: await what is before it at the top level)";
const WANTED =
  "a function from a Request to a Response or an object with a fetch method";

/**
 * Takes the app out of a module: the export that is named, or the first of the
 * usual ones that is an app, or the fallback.
 *
 * @throws {TypeError} If there is none.
 */
export async function pickApp<Fallback extends PickedApp>(
  module: Record<string, unknown>,
  place: string,
  { name, args, serveCaught = false }: Wanted,
  fallback?: Fallback,
): Promise<PickedApp | Fallback> {
  if (name !== undefined) {
    return await takeNamed(module, place, { name, args });
  }
  let problem: string | undefined;
  for (const name of [...NAMES, ...ALL_FACTORY_NAMES]) {
    if (!Object.hasOwn(module, name)) continue;
    const taken = await takeExport(module, name);
    const verdict = toApp(taken.value);
    if ("app" in verdict) return { app: verdict.app, name };
    problem ??= `${taken.as} is ${verdict.problem}`;
  }
  if (fallback !== undefined) return fallback;
  problem ??= `none of its exports is called ${
    [...NAMES, ...FACTORY_NAMES].join(", ")
  }`;
  throw new TypeError(
    `Cannot find an app in "${place}": ${problem}, expected ${WANTED}; ${
      listExports(module)
    }${serveCaught ? LATE_SERVE : ""}${hint(module, place)}`,
  );
}

async function takeNamed(
  module: Record<string, unknown>,
  place: string,
  { name, args }: { name: string; args: unknown[] | undefined },
): Promise<PickedApp> {
  if (!Object.hasOwn(module, name)) {
    const nearest = nearestName(name, Object.keys(module));
    throw new TypeError(
      `Cannot find "${name}" in "${place}": ${listExports(module)}${
        nearest === undefined ? "" : `, the nearest is "${nearest}"`
      }`,
    );
  }
  const taken = args === undefined
    ? await takeExport(module, name)
    : await callExport(module, place, { name, args });
  const verdict = toApp(taken.value);
  if ("app" in verdict) return { app: verdict.app, name };
  throw new TypeError(
    `Cannot serve "${name}" of "${place}": ${taken.as} is ${verdict.problem}, expected ${WANTED}`,
  );
}

/** An export as it is, except that a factory is called. */
async function takeExport(
  module: Record<string, unknown>,
  name: string,
): Promise<Taken> {
  const { value } = await settle(module[name]);
  const isFactory = isCallable(value) && !isClass(value) && !hasFetch(value) &&
    [name, value.name].some((name) => ALL_FACTORY_NAMES.includes(name));
  if (isFactory) {
    return { ...await settle(value()), as: `what ${name}() returned` };
  }
  const inner = name === "default"
    ? await settle(innerDefault(value))
    : { value };
  return { ...inner, as: `its export "${name}"` };
}

async function callExport(
  module: Record<string, unknown>,
  place: string,
  { name, args }: { name: string; args: unknown[] },
): Promise<Taken> {
  const { value } = await settle(module[name]);
  if (!isCallable(value)) {
    throw new TypeError(
      `Cannot call "${name}" of "${place}": it is ${describe(value)}`,
    );
  }
  const as = `what ${name}() returned`;
  return isClass(value)
    ? { value: Reflect.construct(value, args), as }
    : { ...await settle(value(...args)), as };
}

/** What was compiled to CommonJS has its default export one step further in. */
function innerDefault(value: unknown): unknown {
  const isModule = typeof value === "object" && value !== null &&
    Object.hasOwn(value, "__esModule") && "default" in value;
  return isModule && !hasFetch(value) ? value.default : value;
}

function listExports(module: Record<string, unknown>): string {
  const names = Object.keys(module);
  if (names.length === 0) return "it exports nothing";
  const kind = (name: string) => describe(module[name]).replace(/^an? /, "");
  return `it exports ${
    names.map((name) => `${name} (${kind(name)})`).join(", ")
  }`;
}

/** How to say which, if an export of another name would do. */
function hint(module: Record<string, unknown>, place: string): string {
  const name = Object.keys(module).find((name) => looksLikeApp(module[name]));
  return name === undefined ? "" : `, name it as in "${place}:${name}"`;
}
