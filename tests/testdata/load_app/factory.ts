/** Factories of each kind, and what they were called with. */
interface Greeter {
  fetch(): Response;
}

export function createApp(...args: unknown[]): Promise<Greeter> {
  return Promise.resolve({
    fetch: () => new Response(JSON.stringify(args)),
  });
}

export function build(...args: unknown[]): Greeter {
  return { fetch: () => new Response(`build ${JSON.stringify(args)}`) };
}

export function makeNothing(): void {}

export function makeError(): never {
  throw new TypeError("inside the factory");
}

export const HOST = "127.0.0.1";
