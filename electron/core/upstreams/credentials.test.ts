import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Credentials, NO_CREDENTIALS } from './credentials.ts';

const KEY = 'sk-0123456789';
const credentials = new Credentials(KEY);

it.each([null, 'openai', 'litellm', 'vllm', 'ollama'])(
  'a key goes to a server of kind %s as a bearer token',
  (kind) => {
    expect(credentials.headers(kind, '/v1/models')).toEqual({ Authorization: `Bearer ${KEY}` });
  },
);

it("Anthropic's own paths get x-api-key, its OpenAI-compatible path a bearer token", () => {
  expect(credentials.headers('anthropic', '/v1/models')).toEqual({
    'x-api-key': KEY,
    'anthropic-version': '2023-06-01',
  });
  expect(credentials.headers('anthropic', '/v1/chat/completions')).toEqual({
    Authorization: `Bearer ${KEY}`,
    'anthropic-version': '2023-06-01',
  });
});

it('a key never goes to /health, where LiteLLM would call every model', () => {
  expect(credentials.headers(null, '/health')).toEqual({});
});

it('without a key there are no headers', () => {
  expect(NO_CREDENTIALS.headers('anthropic', '/v1/models')).toEqual({});
  expect([NO_CREDENTIALS.isSet, credentials.isSet]).toEqual([false, true]);
});

it('a key is neither in a log nor in the message of a server that repeats it', () => {
  expect(JSON.stringify({ credentials })).not.toContain(KEY);
  expect(inspect({ credentials }, { depth: 9, showHidden: true })).not.toContain(KEY);
  expect(credentials.hide(`No such key: ${KEY}, ${KEY}`)).toBe('No such key: (hidden), (hidden)');
  expect(NO_CREDENTIALS.hide('words')).toBe('words');
});
