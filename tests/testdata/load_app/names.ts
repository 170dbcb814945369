/** Every usual name but one that is an app, and others that are not. */
export default { routes: [] };
export const app = "not an app";
export const application = Promise.resolve(() =>
  new Response("application, later")
);
export const handler = () => new Response("handler");
export const PORT = 8000;
export const nothing = undefined;

export function createApp(): never {
  throw new Error("A factory was called though there is an app");
}
