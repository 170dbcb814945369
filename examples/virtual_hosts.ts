// deno run -A examples/virtual_hosts.ts
/**
 * Several sites on one port. Browsers take every name below localhost for this
 * machine, so these need no hosts file:
 * http://localhost:8000/, http://api.localhost:8000/users,
 * http://localhost:8000/api/users, http://ada.app.localhost:8000/
 */
import { type Handler, runSimple } from "@x/devserve";
import { dispatcher } from "@x/devserve/middleware";

/** The site that every other name gets. */
function site(): Response {
  return new Response("The site\n");
}

/** An app that need not know where it is mounted. */
function api(request: Request, info: { scriptName?: string }): Response {
  const { scriptName = "" } = info;
  return Response.json({ scriptName, path: new URL(request.url).pathname });
}

/** One app for many tenants, told apart by the first part of the name. */
function tenants(request: Request): Response {
  const [tenant] = new URL(request.url).hostname.split(".");
  return new Response(`The place of ${tenant}\n`);
}

/** The apps by host and path. */
export const sites: Handler = dispatcher(site, {
  "/api": api,
  "api.localhost": api,
  "*.app.localhost": tenants,
});

if (import.meta.main) {
  await runSimple("localhost", 8000, sites);
}
