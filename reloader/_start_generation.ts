import {
  type GenerationEvents,
  GenerationProcess,
} from "./_generation_process.ts";

/**
 * Starts a generation and takes its connection.
 *
 * @param path The Unix socket that it connects to.
 * @param spawn Starts the process.
 * @param events What is done about its reports.
 * @throws {Error} If it cannot be started.
 */
export function startGeneration(
  path: string,
  spawn: (path: string) => Deno.ChildProcess,
  events: GenerationEvents,
): GenerationProcess {
  const listener = Deno.listen({ transport: "unix", path });
  const process = new GenerationProcess(
    spawnOrClose(() => spawn(path), listener),
    events,
  );
  process.ended.then(() => listener.close());
  listener.accept().then(
    (connection) => process.connect(connection),
    () => {
      // It has ended before it could connect.
    },
  );
  return process;
}

function spawnOrClose(
  spawn: () => Deno.ChildProcess,
  listener: Deno.Listener,
): Deno.ChildProcess {
  try {
    return spawn();
  } catch (error) {
    listener.close();
    throw error;
  }
}
