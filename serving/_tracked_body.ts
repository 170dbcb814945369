/** How a body ended: completely, because the client left, or with an error. */
export type BodyOutcome = "sent" | "aborted" | "failed";

/** A stream that passes on another one and can be ended from outside. */
export interface TrackedBody {
  /** What is sent instead of the original. */
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Ends it cleanly now and tells the source that nobody reads any more. */
  end(): void;
  /** Breaks it off, so that the client knows that it is not complete. */
  cutOff(): void;
}

/**
 * What a stream is broken off with. The true error is reported once, by us; Deno
 * reports what it finds in the stream, too, and this tells it apart.
 */
export class BodyBrokenOff extends Error {
  override name = "BodyBrokenOff";
}

/** Called once, at the end of a tracked body. */
export type OnBodyEnd = (
  outcome: BodyOutcome,
  size: number,
  error?: unknown,
) => void;

/**
 * Passes on the body of a response, counts its bytes and reports its end. An
 * error is passed on as well: it breaks off the connection, which is how the
 * client learns that the body is not complete.
 */
export function trackBody(
  source: ReadableStream<Uint8Array>,
  onEnd: OnBodyEnd,
): TrackedBody {
  const reader = source.getReader();
  let size = 0;
  let isOver = false;
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

  function finish(outcome: BodyOutcome, error?: unknown): void {
    if (isOver) return;
    isOver = true;
    onEnd(outcome, size, error);
  }

  async function pull(): Promise<void> {
    try {
      const { done, value } = await reader.read();
      if (isOver) return;
      if (done) {
        controller.close();
        return finish("sent");
      }
      assertBytes(value);
      size += value.length;
      controller.enqueue(value as Uint8Array<ArrayBuffer>);
    } catch (error) {
      if (isOver) return;
      controller.error(new BodyBrokenOff());
      finish("failed", error);
    }
  }

  async function cancelSource(reason: unknown): Promise<void> {
    try {
      await reader.cancel(reason);
    } catch {
      // The source failed while it was told to stop: it has stopped.
    }
  }

  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (c) => void (controller = c),
    pull,
    cancel(reason) {
      finish("aborted");
      return cancelSource(reason);
    },
  }, { highWaterMark: 0 });

  return {
    stream,
    end() {
      if (isOver) return;
      controller.close();
      finish("sent");
      cancelSource("The server ends the response");
    },
    cutOff() {
      if (isOver) return;
      const reason = new BodyBrokenOff();
      controller.error(reason);
      finish("failed", reason);
      cancelSource("The server has no more time");
    },
  };
}

function assertBytes(chunk: unknown): asserts chunk is Uint8Array {
  if (chunk instanceof Uint8Array) return;
  const shown = typeof chunk === "string" ? "a string" : `a ${typeof chunk}`;
  throw new TypeError(
    `Cannot send a chunk of the response body: expected a Uint8Array, got ${shown}`,
  );
}

/** Lets go of what an app returned when nobody waits for it any more. */
export function discard(result: unknown): void {
  if (!(result instanceof Response) || result.bodyUsed) return;
  result.body?.cancel("The server has stopped").catch(() => {
    // The source failed while it was told to stop: it has stopped.
  });
}
