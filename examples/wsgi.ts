// deno run -A mod.ts examples/wsgi.ts
import { application, fromWsgi, type WsgiApp } from "@x/devserve";

/** A handler, made a WSGI-style app. */
const hello = application((request) => {
  const { pathname } = new URL(request.url);
  if (pathname !== "/") throw new Response("Not Found", { status: 404 });
  return new Response("Hello from a handler\n");
});

/** A WSGI-style app: shouts back what it is sent, line by line. */
const shout: WsgiApp = async function* (environ, startResponse) {
  startResponse("200 OK", [["Content-Type", "text/plain; charset=utf-8"]]);
  for await (const line of environ["wsgi.input"]) {
    yield new TextEncoder().encode(
      new TextDecoder().decode(line).toUpperCase(),
    );
  }
};

/** WSGI-style middleware: sends what is below /shout to `shout`. */
const dispatcher: WsgiApp = (environ, startResponse) => {
  const [, prefix, rest] = /^(\/shout)(\/.*|$)/.exec(environ.PATH_INFO) ?? [];
  if (prefix === undefined) return hello(environ, startResponse);
  return shout(
    { ...environ, SCRIPT_NAME: prefix, PATH_INFO: rest ?? "" },
    startResponse,
  );
};

export default fromWsgi(dispatcher);
