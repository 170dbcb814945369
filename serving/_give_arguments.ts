/** Lets the app find its own arguments in `Deno.args`, not those of devserve. */
export function giveArguments(args: readonly string[]): void {
  Object.defineProperty(Deno, "args", { value: args, configurable: true });
}
