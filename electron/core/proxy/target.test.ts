import { expect, test } from 'vitest';
import { under } from './target.ts';

test.each([
  ['http://host:1', '/v1/models', 'http://host:1/v1/models'],
  ['http://host/', '/v1/models', 'http://host/v1/models'],
  ['https://host/openai//', '/v1/models?x=1', 'https://host/openai/v1/models?x=1'],
  ['http://[::1]:8/a/b', '/c', 'http://[::1]:8/a/b/c'],
  ['http://user:word@host/a?b#c', '/d', 'http://host/a/d'],
])('below %s, %s is %s', (base, path, url) => {
  expect(under(new URL(base), path).href).toBe(url);
});
