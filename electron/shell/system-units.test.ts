import { expect, test } from 'vitest';
import { systemUnits } from './system-units.ts';

const LINUX = { platform: 'linux', locale: 'en-US', macos: null };
const AMERICAN = { temperature: 'fahrenheit', hours: 'h12', weekStart: 'sun' };
const METRIC = { temperature: 'celsius', hours: 'h23', weekStart: 'mon' };

test.each([
  [{ LANG: 'en_US.UTF-8' }, AMERICAN],
  [{ LANG: 'de_DE.UTF-8@euro' }, METRIC],
  [
    { LANG: 'en_US.UTF-8', LC_TIME: 'de_DE.UTF-8' },
    { ...AMERICAN, hours: 'h23', weekStart: 'mon' },
  ],
  [
    { LANG: 'en_US.UTF-8', LC_MEASUREMENT: 'en_GB' },
    { ...AMERICAN, temperature: 'celsius' },
  ],
  [{ LANG: 'de_DE.UTF-8', LC_TIME: 'de_DE', LC_ALL: 'en_US' }, AMERICAN],
  [{ LANG: 'en_US.UTF-8', LC_ALL: '', LC_TIME: '' }, AMERICAN],
  // A system without a language has no region either, whatever Chromium makes of it.
  [{ LANG: 'C.UTF-8' }, METRIC],
  [{ LANG: 'POSIX' }, METRIC],
  [{}, METRIC],
])('on Linux, %j tells the units', (env, units) => {
  expect(systemUnits({ ...LINUX, env })).toEqual(units);
});

test('elsewhere the region tells them, and on macOS what the user chose first', () => {
  const env = { LANG: 'de_DE.UTF-8' };
  const windows = { platform: 'win32', env, locale: 'en-US', macos: null };
  expect(systemUnits(windows)).toEqual(AMERICAN);
  const none = { temperature: null, force24Hours: false, force12Hours: false, firstWeekday: null };
  const mac = { platform: 'darwin', env, locale: 'en-US', macos: none };
  expect(systemUnits(mac)).toEqual(AMERICAN);
  const chosen = {
    temperature: 'Celsius',
    force24Hours: true,
    force12Hours: false,
    firstWeekday: 2,
  };
  expect(systemUnits({ ...mac, macos: chosen })).toEqual(METRIC);
  const twelve = { ...none, force12Hours: true, firstWeekday: 7 };
  expect(systemUnits({ ...mac, locale: 'de-DE', macos: twelve })).toEqual({
    temperature: 'celsius',
    hours: 'h12',
    weekStart: 'sat',
  });
});
