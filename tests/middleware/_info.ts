import type { ServeInfo } from "../../serving/handler.ts";

/** What a server on this machine would tell about a connection. */
export const INFO: ServeInfo = {
  remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 50000 },
  completed: Promise.resolve(),
};
