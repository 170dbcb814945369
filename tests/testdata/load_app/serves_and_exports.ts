const { finished } = Deno.serve(() => new Response("served"));
finished.then(() => {});
// What takes a while, such as a database.
await Promise.resolve();

export const app = () => new Response("exported");
