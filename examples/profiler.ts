// deno run -A mod.ts examples/profiler.ts
/** Shows for each request where its time goes, on the terminal. */
import type { Handler } from "@x/devserve";
import { profiler } from "@x/devserve/middleware";

/** Every prime number up to `limit`, found the slow way. */
function primesUpTo(limit: number): number[] {
  const numbers = Array.from({ length: limit - 1 }, (_, i) => i + 2);
  return numbers.filter((n) => isPrime(n));
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor < n; divisor++) {
    if (n % divisor === 0) return false;
  }
  return true;
}

function app(request: Request): Response {
  const limit = Number(
    new URL(request.url).searchParams.get("limit") ?? 20_000,
  );
  const primes = primesUpTo(Math.min(Math.max(limit, 2), 100_000));
  return new Response(
    `${primes.length} primes, the last is ${primes.at(-1)}\n`,
  );
}

// With `profileDir: "profiles"`, files for Chrome DevTools or speedscope, too.
const handler: Handler = profiler(app, { restrictions: [10] });

export default handler;
