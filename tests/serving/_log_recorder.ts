import type { AccessRecord, LogRecord, MessageRecord } from "../../mod.ts";

/** Keeps what a server logs, and can wait for it. */
export class LogRecorder {
  /** All records so far. */
  readonly records: LogRecord[] = [];
  #changed = Promise.withResolvers<void>();

  /** To be given to a server as its `log`. */
  readonly log = (record: LogRecord): void => {
    this.records.push(record);
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  };

  /** The answered requests so far. */
  get access(): AccessRecord[] {
    return this.records.filter((record) => record.kind === "access");
  }

  /** The messages so far. */
  get messages(): MessageRecord[] {
    return this.records.filter((record) => record.kind === "message");
  }

  /** The texts of the messages of a level so far. */
  texts(level: MessageRecord["level"]): string[] {
    return this.messages.filter((record) => record.level === level)
      .map(({ text }) => text);
  }

  /** Waits until this many requests have been answered, returns the last. */
  async waitForAccess(count = 1): Promise<AccessRecord> {
    for (;;) {
      const record = this.access[count - 1];
      if (record !== undefined) return record;
      await this.#changed.promise;
    }
  }

  /** Waits for a message that matches. */
  async waitForMessage(pattern: RegExp): Promise<MessageRecord> {
    for (;;) {
      const found = this.messages.find(({ text }) => pattern.test(text));
      if (found !== undefined) return found;
      await this.#changed.promise;
    }
  }
}
