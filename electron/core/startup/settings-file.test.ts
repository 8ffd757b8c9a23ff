import { expect, it } from 'vitest';
import { recordingLog } from '../../../tests/integration/proxy/lab.ts';
import { SettingsFile } from './settings-file.ts';

it('logs each refusal of an edit once, and again after a correction', () => {
  const log = recordingLog();
  const file = new SettingsFile({
    path: 'settings.json',
    document: {},
    log,
    tell: () => undefined,
  });
  const warnings = (): number => log.lines.filter(({ level }) => level === 'warn').length;
  const refuse = (problem: string): string => file.refused(Buffer.from('{}'), new Error(problem));
  expect(refuse('a')).toBe(refuse('a'));
  expect(warnings()).toBe(1);
  refuse('b');
  expect(warnings()).toBe(2);
  file.taken({});
  refuse('b');
  expect(warnings()).toBe(3);
});
