import { envName, FLAGS, isOnByDefault } from "./_flags.ts";
import { nearestName } from "./_nearest_name.ts";

const PREFIX = "DEVSERVE_";

/** Those that are no flags. */
const OTHERS: readonly string[] = ["DEVSERVE_CA_DIR"];

/**
 * Says which variables look like slips of the fingers. Others that begin in the
 * same way may be anybody's.
 *
 * @param names The names of all variables.
 * @returns What there is to say.
 */
export function unknownVariables(names: readonly string[]): string[] {
  const known = [
    ...FLAGS.filter(({ isCommand }) => !isCommand).map(envName),
    ...OTHERS,
  ];
  const defaults = FLAGS.filter(isOnByDefault).map((flag) =>
    envName(flag).replace("_NO_", "_")
  );
  const unknown = names.filter((name) =>
    name.startsWith(PREFIX) && !known.includes(name)
  ).sort();
  return unknown.flatMap((name) => {
    const rest = name.slice(PREFIX.length);
    const nearest = nearestName(
      rest,
      [...known, ...defaults].map((name) => name.slice(PREFIX.length)),
    );
    if (nearest === undefined) return [];
    const isDefault = defaults.includes(PREFIX + nearest);
    const meant = isDefault ? `${PREFIX}NO_${nearest}` : PREFIX + nearest;
    return [`Ignored the variable ${name}: did you mean ${meant}?`];
  });
}
