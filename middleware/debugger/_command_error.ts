/** Why a command is refused: what the page is told. */
export class CommandError extends Error {
  override name = "CommandError";
  /** The status of the response. */
  readonly status: number;
  /** What else is in the response. */
  readonly details: Readonly<Record<string, unknown>>;

  /**
   * Makes an error.
   *
   * @param status The status of the response.
   * @param message What the user reads.
   * @param details What else is in the response.
   */
  constructor(
    status: number,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.status = status;
    this.details = details;
  }
}
