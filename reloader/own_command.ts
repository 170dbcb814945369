import { permissionFlags } from "./child_flags.ts";
import { ownFlags } from "./own_flags.ts";

/**
 * The arguments of Deno that run this program again: its flags, its main module
 * and its own arguments, with `added` flags besides.
 *
 * Where Deno's flags cannot be known they are put together from the permissions.
 */
export function ownCommand(added: readonly string[]): string[] {
  const { flags, main } = ownFlags() ??
    { flags: permissionFlags(), main: [Deno.mainModule, ...Deno.args] };
  // Deno takes a flag once.
  const others = flags.filter((flag) => !added.includes(flag));
  return ["run", ...others, ...added, ...main];
}
