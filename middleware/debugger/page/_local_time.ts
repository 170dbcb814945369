/**
 * Writes a time as the clock of this machine shows it: `2026-11-20 14:03:22`.
 *
 * @param time In milliseconds since 1970.
 * @returns The date and the time of day, to the second.
 */
export function localTime(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return "unknown time";
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()];
  return `${day.map(two).join("-")} ${clock.map(two).join(":")}`;
}

/**
 * Writes a time as an element that can be read by programs, too.
 *
 * @param time In milliseconds since 1970.
 * @param text What is shown.
 * @returns HTML.
 */
export function timeElement(time: number, text = localTime(time)): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return text;
  return `<time datetime="${date.toISOString()}">${text}</time>`;
}
