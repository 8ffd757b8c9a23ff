import { expect, test } from 'vitest';
import { feedOfTests } from './update-feed.ts';

test.each(['http://127.0.0.1:8000/', 'http://[::1]:8000/releases/'])('%s is taken', (url) => {
  expect(feedOfTests({ TOKWATT_UPDATE_URL: url })).toBe(url);
});

test.each([
  'https://example.org/',
  'http://example.org/',
  'http://127.0.0.1.example.org/',
  'http://127.0.0.1@example.org/',
  'http://localhost.example.org/',
  'file:///tmp/',
  'nonsense',
  '',
])('%s is not taken', (url) => {
  expect(feedOfTests({ TOKWATT_UPDATE_URL: url })).toBeNull();
});

test('without the variable, the address of the package counts', () => {
  expect(feedOfTests({})).toBeNull();
});
