import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../shared/settings.ts';
import { unknownSettings } from './setting-names.ts';

it.each<[Record<string, unknown>, string, string | null]>([
  [{ proxyport: 1 }, 'proxyport', 'proxyPort'],
  [{ proxy_port: 1 }, 'proxy_port', 'proxyPort'],
  [{ gpuIntervallMs: 1 }, 'gpuIntervallMs', 'gpuIntervalMs'],
  [{ retention: { activitydays: 1 } }, 'retention.activitydays', 'retention.activityDays'],
  [{ notOurs: {} }, 'notOurs', null],
  [{ a: 1 }, 'a', null],
  [{ 'two\nlines': 1 }, '"two\\nlines"', null],
  [
    { upstreams: [{ name: 'a', url: 'http://a:1', exactusage: true }] },
    'upstreams.0.exactusage',
    'upstreams.0.exactUsage',
  ],
  [{ otlp: { header: {} } }, 'otlp.header', 'otlp.headers'],
])('%j has the unknown setting %s', (document, path, likely) => {
  expect(unknownSettings(document)).toEqual([{ path, likely }]);
});

it('accepts names chosen by users and all known settings', () => {
  expect(unknownSettings({ otlp: { headers: { 'x-proxyport': 'a' } } })).toEqual([]);
  expect(unknownSettings(DEFAULT_SETTINGS)).toEqual([]);
  expect(unknownSettings({ alerts: { webhook: null }, sinks: { postgres: null } })).toEqual([]);
});

it('reports nothing about invalid documents', () => {
  expect(unknownSettings({ proxyPort: 'x', proxyport: 1 })).toEqual([]);
});
