Deno.serve({ port: 1 }, () => new Response("served by Deno.serve"));
