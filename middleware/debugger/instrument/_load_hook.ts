import { isBuiltin, type registerHooks } from "node:module";
import { instrumented, type InstrumentParts } from "./_instrument_file.ts";
import { withModuleScope } from "./module_scope.ts";

type LoadHook = NonNullable<Parameters<typeof registerHooks>[0]["load"]>;
type LoadContext = Parameters<LoadHook>[1];
type NextLoad = Parameters<LoadHook>[2];
type Loaded = ReturnType<LoadHook>;

/** What the hook works with. */
export interface HookParts extends InstrumentParts {
  /** Whether a URL is that of an own source. */
  readonly isOwn: (url: string) => boolean;
  /** The module whose scope the console without an error can see. */
  readonly entry: string | undefined;
}

/**
 * Makes the hook that instruments own sources and has Deno load all else as if
 * there were none.
 *
 * @param parts What it works with.
 * @returns The hook.
 */
export function loadHook(parts: HookParts): LoadHook {
  return function loadInstrumented(url, context, nextLoad) {
    const isRequired = isRequire(context);
    if (isRequired && context.format === "module" && parts.isOwn(url)) {
      const ahead = { ...parts, isAhead: true };
      return loadOwn(url, false, nextLoad(url, context), ahead);
    }
    // Modules of the runtime, or those that another hook asks for in a format.
    if (context.format !== undefined || url.startsWith("node:")) {
      return loadAsAsked(url, context, nextLoad);
    }
    const hasType = Object.keys(context.importAttributes ?? {}).length > 0;
    if (hasType || !parts.isOwn(url)) {
      if (isRequired) nextLoad(SKIPPED, context);
      return untouched(isRequired);
    }
    return loadOwn(url, isRequired, nextLoad(url, context), parts);
  };
}

function loadOwn(
  url: string,
  isRequired: boolean,
  { source }: Loaded,
  parts: HookParts,
): Loaded {
  if (
    typeof source !== "string" ||
    (isRequired && !isSurelyCommonJs(url, source))
  ) {
    return untouched(isRequired);
  }
  const code = instrumented(url, source, isRequired, parts);
  if (code === "" && isRequired) return untouched(isRequired);
  const text = code || source;
  return {
    // To have Deno load it again would transpile it twice at every start.
    source: url === parts.entry && !isRequired ? withModuleScope(text) : text,
    format: isRequired ? "commonjs" : "module",
    shortCircuit: true,
  };
}

/** Nothing is read for it, but a hook for `require` has to call the next one. */
const SKIPPED = "node:module";

function isRequire({ conditions }: LoadContext): boolean {
  return conditions.includes("require");
}

function loadAsAsked(
  url: string,
  context: LoadContext,
  nextLoad: NextLoad,
): Loaded {
  const loaded = nextLoad(url, context);
  const isRequired = isRequire(context);
  const isMissing = url.startsWith("node:") && !isBuiltin(url);
  // Otherwise an empty module would be made of a name that is none.
  return loaded.source === null && (isRequired || isMissing)
    ? untouched(isRequired)
    : loaded;
}

/**
 * What makes Deno load a module in its own way, as if there were no hook. The
 * text that `nextLoad` returns would not do: JSON from `require` is then taken
 * for code, and bytes are damaged.
 */
function untouched(isRequired: boolean): Loaded {
  const nothing = isRequired
    ? { source: null }
    : { source: null, shortCircuit: true };
  return nothing as unknown as Loaded;
}

/** Whether a file that is required is no ES module, which reads otherwise. */
function isSurelyCommonJs(url: string, source: string): boolean {
  return /\.c[jt]s(?:$|[?#])/.test(url) ||
    (!/\.m[jt]s(?:$|[?#])/.test(url) &&
      /\b(?:module|exports|require)\b/.test(source));
}
