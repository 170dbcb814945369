/** The same app for the command line. */
export default (_request: Request): Response => new Response("Hello, world");
