import { expect, test } from 'vitest';
import { DEFAULT_NOTIFICATIONS } from '../../../shared/desktop-settings.ts';
import { isQuiet } from './quiet-hours.ts';

const at = (time: string): number => {
  const [hours, minutes] = time.split(':').map(Number);
  return new Date(2026, 10, 21, hours, minutes, 59).getTime();
};

test.each([
  // Over midnight.
  ['22:00', '07:00', '21:59', false],
  ['22:00', '07:00', '22:00', true],
  ['22:00', '07:00', '00:00', true],
  ['22:00', '07:00', '06:59', true],
  ['22:00', '07:00', '07:00', false],
  // Within a day.
  ['12:00', '13:30', '11:59', false],
  ['12:00', '13:30', '13:29', true],
  ['12:00', '13:30', '13:30', false],
  // To the end of the day, and all of it.
  ['20:00', '24:00', '23:59', true],
  ['20:00', '24:00', '00:00', false],
  ['00:00', '24:00', '15:00', true],
  ['09:00', '09:00', '08:00', true],
])('from %s to %s, %s is quiet: %s', (quietFrom, quietTo, time, quiet) => {
  const settings = { ...DEFAULT_NOTIFICATIONS, quietFrom, quietTo };
  expect(isQuiet({ ...settings, quietHours: true }, at(time))).toBe(quiet);
  expect(isQuiet(settings, at(time))).toBe(false);
});
