/**
 * The value of a variable of the environment, or `undefined` if it is not set,
 * is empty, or must not be read: what is optional is never asked for.
 */
export function optionalEnv(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  if (state !== "granted") return undefined;
  return Deno.env.get(variable) || undefined;
}
