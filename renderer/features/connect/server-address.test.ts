import { expect, it } from 'vitest';
import { freeName } from './free-name.ts';
import { serverAddress } from './server-address.ts';

it('reads addresses as people write them', () => {
  expect(
    [
      ' 127.0.0.1:8080 ',
      'http://localhost:1234/v1',
      'https://gpu.lan/llm/',
      'http://[::1]:1/v1/',
      '',
    ].map(serverAddress),
  ).toEqual([
    'http://127.0.0.1:8080',
    'http://localhost:1234',
    'https://gpu.lan/llm',
    'http://[::1]:1',
    '',
  ]);
});

it('finds a free name for a server', () => {
  expect(freeName('ollama', [])).toBe('ollama');
  expect(freeName('ollama', ['ollama', 'ollama 2'])).toBe('ollama 3');
});
