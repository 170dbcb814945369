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

/** The names tried, best first. Python's spelling is for those who come from it. */
const FACTORY_NAMES = ["createApp", "makeApp", "create_app", "make_app"];
const NAMES = ["default", "app", "application", "handler", ...FACTORY_NAMES];
const WANTED =
  "a function from a Request to a Response, or an object with a fetch method";

/**
 * Takes the app out of a module: the export that is named, or the first of the
 * usual ones that is an app, or the fallback.
 *
 * @throws {TypeError} If there is none.
 */
export async function pickApp<Fallback extends PickedApp>(
  module: Record<string, unknown>,
  place: string,
  { name, args }: Pick<ImportString, "name" | "args">,
  fallback?: Fallback,
): Promise<PickedApp | Fallback> {
  if (name !== undefined) {
    return { app: await takeNamed(module, place, name, args), name };
  }
  let problem: string | undefined;
  for (const name of NAMES) {
    if (!Object.hasOwn(module, name)) continue;
    const verdict = toApp((await takeExport(module, name)).value);
    if ("app" in verdict) return { app: verdict.app, name };
    problem ??= `its export "${name}" is ${verdict.problem}`;
  }
  if (fallback !== undefined) return fallback;
  throw new TypeError(
    `Cannot find an app in "${place}": ${
      problem ?? `none of its exports has a usual name (${NAMES.join(", ")})`
    }, expected ${WANTED}; ${listExports(module)}${hint(module, place)}`,
  );
}

async function takeNamed(
  module: Record<string, unknown>,
  place: string,
  name: string,
  args: unknown[] | undefined,
): Promise<App> {
  if (!Object.hasOwn(module, name)) {
    const nearest = nearestName(name, Object.keys(module));
    throw new TypeError(
      `Cannot find "${name}" in "${place}": ${listExports(module)}${
        nearest === undefined ? "" : `, the nearest is "${nearest}"`
      }`,
    );
  }
  const { value } = args === undefined
    ? await takeExport(module, name)
    : await callExport(module, place, name, args);
  const verdict = toApp(value);
  if ("app" in verdict) return verdict.app;
  const subject = args === undefined ? `"${name}"` : `what ${name}() returned`;
  throw new TypeError(
    `Cannot serve ${subject} in "${place}": it is ${verdict.problem}, expected ${WANTED}`,
  );
}

/** An export as it is, except that a factory is called. */
async function takeExport(
  module: Record<string, unknown>,
  name: string,
): Promise<{ value: unknown }> {
  const { value } = await settle(module[name]);
  const isFactory = isCallable(value) && !isClass(value) &&
    (FACTORY_NAMES.includes(name) || FACTORY_NAMES.includes(value.name));
  if (isFactory) return await settle(value());
  return name === "default" ? await settle(innerDefault(value)) : { value };
}

async function callExport(
  module: Record<string, unknown>,
  place: string,
  name: string,
  args: unknown[],
): Promise<{ value: unknown }> {
  const { value } = await settle(module[name]);
  if (!isCallable(value)) {
    throw new TypeError(
      `Cannot call "${name}" in "${place}": it is ${describe(value)}`,
    );
  }
  if (isClass(value)) return { value: Reflect.construct(value, args) };
  return await settle(value(...args));
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
  return name === undefined ? "" : `; name it as in "${place}:${name}"`;
}
