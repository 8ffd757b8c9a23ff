import { safeParse } from 'valibot';
import { expect, it } from 'vitest';
import { parseSettings } from './settings.ts';
import { wallMeterSchema } from './hardware-settings.ts';

function takes(address: string): boolean {
  return safeParse(wallMeterSchema, { kind: 'tasmota', address }).success;
}

it.each([
  '192.168.1.20',
  '10.0.0.1:8080',
  'http://172.16.0.1/status?x=1',
  'https://homeassistant.local:8123',
  'shelly-desk.fritz.box',
  'localhost:3493',
  '[fd00::5]:80',
  'http://[::1]:9',
])('%s may be a meter', (address) => expect(takes(address)).toBe(true));

it.each([
  '',
  '8.8.8.8',
  'http://203.0.113.7/',
  '172.32.0.1',
  '[2001:db8::1]',
  '010.0.0.1',
  '0x7f.1',
  '10.1',
  '192.168.1.256',
  'http://user:pass@192.168.1.5/',
  'ftp://192.168.1.5/',
  '192.168.1.5:99999',
  'two words',
])('%j may not', (address) => expect(takes(address)).toBe(false));

it('is off unless it is set', () => {
  const parsed = parseSettings({});
  expect(parsed.ok && parsed.settings.hardware).toEqual({ wallMeter: null });
});

it.each([
  [{ kind: 'home-assistant' }, /^hardware\.wallMeter\.entity: is needed/],
  [{ kind: 'json' }, /^hardware\.wallMeter\.path: is needed/],
  [{ kind: 'json', path: 'a..b' }, /^hardware\.wallMeter\.path: must be a path/],
  [{ kind: 'nut', entity: 'a b' }, /^hardware\.wallMeter\.entity: must be letters/],
  [{ kind: 'mqtt' }, /^hardware\.wallMeter\.kind: must be one of: shelly-gen1/],
  [{ kind: 'tasmota', intervalMs: 10 }, /^hardware\.wallMeter\.intervalMs: /],
])('says what is wrong with %j', (meter, problem) => {
  const wallMeter = { address: '192.168.1.20', ...meter };
  const parsed = parseSettings({ hardware: { wallMeter } });
  expect(parsed.ok ? [] : parsed.problems).toEqual([expect.stringMatching(problem)]);
});
