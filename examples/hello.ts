// deno run -A mod.ts examples/hello.ts
/** Greets whoever asks, the smallest app there is. */
export default function hello(request: Request): Response {
  const { searchParams } = new URL(request.url);
  return new Response(`Hello, ${searchParams.get("name") ?? "world"}!\n`);
}
