import type { WsgiRun } from "./_wsgi_run.ts";

/**
 * Makes the response of a WSGI-style app, as late as PEP 3333 wants it: when
 * the first bytes of the body are there, or its end.
 *
 * @param run The call of the app.
 * @returns The response.
 */
export async function respond(run: WsgiRun): Promise<Response> {
  await run.progress;
  // Passing it on is more than quick: a WebSocket upgrade is bound to its very
  // response, and a fixed body keeps its length.
  if (run.unchanged) return run.unchanged;

  const first = await run.next();
  run.markHeadersSent();
  const { status, statusText, list } = run.start;
  const headers = new Headers();
  for (const [name, value] of list) headers.append(name, value);
  const init = { status, statusText, headers };

  if (run.isBodyless) {
    await run.close();
    return bodylessResponse(run, first?.length ?? 0, init);
  }
  if (first === undefined) return new Response(null, init);
  if (isWhole(run)) {
    // Nothing more comes; this closes the body and checks its length.
    await run.next();
    return new Response(ownBytes(first), init);
  }
  return new Response(streamBody(first, run), init);
}

/** Whether the first bytes are known to be all. */
function isWhole({ returned }: WsgiRun): boolean {
  return Array.isArray(returned) && returned.length <= 1;
}

function bodylessResponse(
  run: WsgiRun,
  length: number,
  init: { status: number; headers: Headers },
): Response {
  const { status, headers } = init;
  if (status === 101) {
    throw new TypeError(
      "Cannot send status 101 unless it is the unchanged response of Deno.upgradeWebSocket()",
    );
  }
  const isHead = status !== 204 && status !== 205 && status !== 304;
  if (isHead && !headers.has("content-length")) {
    if (isWhole(run)) headers.set("content-length", String(length));
    // Deno would say that no body has the length 0, which a GET would not.
    else return new Response(new Blob().stream(), init);
  }
  return new Response(null, init);
}

/** The bytes as `Response` takes them, that is not in shared memory. */
function ownBytes(chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, length } = chunk;
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, length)
    : new Uint8Array(chunk);
}

function streamBody(
  first: Uint8Array,
  run: WsgiRun,
): ReadableStream<Uint8Array> {
  let waiting: Uint8Array | undefined = first;
  return new ReadableStream({
    async pull(controller) {
      const chunk = waiting ?? await run.next();
      waiting = undefined;
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
    cancel() {
      return run.close();
    },
    // Nothing is asked of the app before the client wants it.
  }, { highWaterMark: 0 });
}
