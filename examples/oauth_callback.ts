// deno run -A examples/oauth_callback.ts
// deno-lint-ignore-file no-console -- it talks to the user
/** Waits for one request, the callback of a login, answers it and stops. */
import { runSimple } from "@x/devserve";

const done = new AbortController();

/** Takes the code that the login page sends back. */
export function callback(request: Request): Response {
  const code = new URL(request.url).searchParams.get("code");
  if (code === null) return new Response("No code\n", { status: 400 });
  // The response below is still sent: stopping waits for what is under way.
  done.abort();
  return new Response("You are logged in and can close this page\n");
}

if (import.meta.main) {
  await runSimple("localhost", 0, callback, {
    signal: done.signal,
    onListen: ({ url }) => console.log(`Log in, then come back to ${url}`),
  });
  console.log("Got the code");
}
