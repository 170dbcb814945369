// deno-lint-ignore-file no-console -- it prints what it measures
/** Prints how long it takes to import the module that is named, in ms. */
const started = performance.now();
await import(Deno.args[0]!);
console.log(performance.now() - started);
