/** The condition for a range of times or days in any query. */

/** True if a range does not end before it begins. Times and days compare alike. */
export function isForward<Moment extends number | string>(
  from: Moment | undefined,
  to: Moment | undefined,
): boolean {
  return from === undefined || to === undefined || from <= to;
}
export const BACKWARD = 'from: must not be after to';
export const BACKWARD_DAYS = 'from_day: must not be after to_day';
