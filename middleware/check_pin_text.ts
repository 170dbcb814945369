/**
 * Checks a PIN that somebody has chosen: 4 to 32 digits, with or without dashes
 * between them, or `"off"`.
 *
 * @param pin The text, which is not repeated in the message.
 * @throws {SyntaxError} If it is no such PIN.
 */
export function checkPinText(pin: string): void {
  const isRight = pin === "off" ||
    /^\d+(?:-\d+)*$/.test(pin) && /^\d{4,32}$/.test(pin.replaceAll("-", ""));
  if (isRight) return;
  throw new SyntaxError(
    `Cannot use this PIN: expected "off" or 4 to 32 digits, with or without dashes, got ${pin.length} characters`,
  );
}
