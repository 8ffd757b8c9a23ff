import { describe, expect, test } from 'vitest';
import { locationRewrite } from './location.ts';

const CLIENT = ['Host', 'localhost:11435'];

function rewritten(upstream: string, value: string, client: readonly string[] = CLIENT): string {
  return locationRewrite(new URL(upstream), client)(value);
}

describe("an address with the upstream's authority becomes the proxy's", () => {
  test.each([
    ['http://gpu:8000/v1/x/?a=b#c', 'http://localhost:11435/v1/x/?a=b#c'],
    ['HTTP://GPU:8000/%2F%c3%bc', 'http://localhost:11435/%2F%c3%bc'],
    ['http://gpu:8000', 'http://localhost:11435/'],
    ['http://gpu:8000?a', 'http://localhost:11435/?a'],
    ['//gpu:8000/v1', 'http://localhost:11435/v1'],
  ])('%s', (value, expected) => {
    expect(rewritten('http://gpu:8000', value)).toBe(expected);
  });

  test('whether or not it has the default port', () => {
    expect(rewritten('https://gpu', 'https://gpu:443/a')).toBe('http://localhost:11435/a');
    expect(rewritten('http://gpu:80', 'http://gpu/a')).toBe('http://localhost:11435/a');
  });

  test('without the base path', () => {
    const rewrite = (value: string): string => rewritten('http://gpu/base/', value);
    expect(rewrite('http://gpu/base/v1')).toBe('http://localhost:11435/v1');
    expect(rewrite('http://gpu/base')).toBe('http://localhost:11435/');
    expect(rewrite('http://gpu/base?a')).toBe('http://localhost:11435/?a');
  });

  test('with the scheme that the client uses at a TLS terminator', () => {
    const client = ['Host', 'llm.example', 'X-Forwarded-Proto', 'https'];
    expect(rewritten('http://gpu', 'http://gpu/a', client)).toBe('https://llm.example/a');
  });

  test('as a path if the client sent no host', () => {
    expect(rewritten('http://gpu', 'http://gpu/a?b', [])).toBe('/a?b');
  });
});

describe('any other address stays as it is', () => {
  test.each([
    ['a relative one', '/v1/x'],
    ['a relative one without a slash', 'x/y?z'],
    ['another port', 'http://gpu:8001/v1'],
    ['another scheme', 'https://gpu:8000/v1'],
    ['another host', 'http://gpu.example:8000/v1'],
    ['a longer host', 'http://gpu:8000.example/v1'],
    ['a user name', 'http://gpu:8000@example/v1'],
    ['a user name at the upstream', 'http://user@gpu:8000/v1'],
    ['no port', 'http://gpu/v1'],
    ['another sort of address', 'mailto:gpu:8000'],
    ['nothing', ''],
  ])('%s', (_, value) => {
    expect(rewritten('http://gpu:8000', value)).toBe(value);
  });

  test.each(['http://gpu/other', 'http://gpu/basement', 'http://gpu/base/../x', 'http://gpu/'])(
    'one outside the base path: %s',
    (value) => {
      expect(rewritten('http://gpu/base', value)).toBe(value);
    },
  );
});
