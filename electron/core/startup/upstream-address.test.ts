import { describe, expect, it } from 'vitest';
import { parseOllamaHost } from './upstream-address.ts';

describe('OLLAMA_HOST', () => {
  it.each([
    ['127.0.0.1:11434', 'http://127.0.0.1:11434/'],
    ['gpu', 'http://gpu:11434/'],
    [':8080', 'http://127.0.0.1:8080/'],
    ['0.0.0.0', 'http://127.0.0.1:11434/'],
    ['0.0.0.0:9999', 'http://127.0.0.1:9999/'],
    ['[::]:9999', 'http://[::1]:9999/'],
    ['[::1]', 'http://[::1]:11434/'],
    ['http://gpu', 'http://gpu/'],
    ['https://gpu', 'https://gpu/'],
    ['http://gpu:1/base/', 'http://gpu:1/base/'],
    [' "gpu:1" ', 'http://gpu:1/'],
  ])('%s means %s', (value, url) => {
    expect(parseOllamaHost(value).url.href).toBe(url);
  });

  it.each(['a b', '::1', 'http://h:x', 'h:99999'])('%s is refused by name', (value) => {
    expect(() => parseOllamaHost(value)).toThrow(`OLLAMA_HOST=${value}`);
  });
});
