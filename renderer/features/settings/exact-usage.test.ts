import { expect, test } from 'vitest';
import type { UpstreamSetting } from '../../../shared/settings.ts';
import { exactUsageOf, exactUsagePatch } from './exact-usage.ts';

const upstream = (name: string, exactUsage = false): UpstreamSetting => ({
  name,
  url: `http://${name}:1`,
  port: 9_100,
  exactUsage,
  apiKey: '(hidden)',
  injectKey: true,
});

test('the patch changes exact usage of one upstream and keeps everything else', () => {
  const saved = [upstream('a'), upstream('b', true)];
  const a = { name: 'a', targetUrl: 'http://a:1/' };
  expect(exactUsagePatch(saved, a, true)).toEqual({
    upstreams: [upstream('a', true), upstream('b', true)],
  });
  expect(saved.map((one) => exactUsageOf(saved, { ...a, name: one.name }))).toEqual([false, true]);
});

test('the default upstream, which is in no settings file, is added', () => {
  const ollama = { name: 'ollama', targetUrl: 'http://127.0.0.1:11434/' };
  expect(exactUsageOf([], ollama)).toBe(false);
  expect(exactUsagePatch([], ollama, true)).toEqual({
    upstreams: [{ name: 'ollama', url: 'http://127.0.0.1:11434/', exactUsage: true }],
  });
});
