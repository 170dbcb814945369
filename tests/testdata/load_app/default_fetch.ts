export default {
  greeting: "default fetch",
  fetch(): Response {
    return new Response(this.greeting);
  },
  onListen(address: Deno.Addr): void {
    this.greeting = `listening on ${address.transport}`;
  },
};
