/** Where Deno makes temporary folders, as far as this can be known. */
export function temporaryFolder(): string | undefined {
  if (Deno.build.os === "windows") return undefined;
  const variable = { name: "env", variable: "TMPDIR" } as const;
  const { state } = Deno.permissions.querySync(variable);
  return (state === "granted" && Deno.env.get("TMPDIR")) || "/tmp";
}
