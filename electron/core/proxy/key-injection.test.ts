import { expect, it } from 'vitest';
import { carriesCredentials } from './key-injection.ts';

it.each([
  ['Authorization', 'Bearer sk-1'],
  ['authorization', ''],
  ['X-Api-Key', 'EMPTY'],
  ['api-key', 'k'],
  ['x-goog-api-key', 'k'],
  ['Sec-WebSocket-Protocol', 'realtime, openai-insecure-api-key.sk-1'],
])('%s: %s counts as credentials', (name, value) => {
  expect(carriesCredentials(['Host', 'h', name, value], '/v1/models')).toBe(true);
});

it.each(['/v1?key=k', '/v1beta/models?alt=sse&api_key=k', '/v1?api-key=k', '/v1?access_token=k'])(
  'so does %s',
  (target) => expect(carriesCredentials(['Host', 'h'], target)).toBe(true),
);

it.each(['/v1/models', '/keys?monkey=1', '/v1?model=key'])('%s does not', (target) => {
  const headers = ['Host', 'h', 'Cookie', 'session=1', 'Sec-WebSocket-Protocol', 'realtime'];
  expect(carriesCredentials(headers, target)).toBe(false);
});
