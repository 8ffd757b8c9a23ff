import type { NotificationSettings } from '../../../shared/desktop-settings.ts';
import { localTime } from '../../../shared/local-time.ts';
import { minutesOf } from '../../../shared/week-times.ts';

/** True if nothing may be shown at a time (Unix milliseconds), by the clock of this machine. */
export function isQuiet(
  { quietHours, quietFrom, quietTo }: NotificationSettings,
  at: number,
): boolean {
  if (!quietHours) return false;
  const date = localTime(at);
  const now = date.getHours() * 60 + date.getMinutes();
  const [from, to] = [minutesOf(quietFrom), minutesOf(quietTo)];
  return from < to ? now >= from && now < to : now >= from || now < to;
}
