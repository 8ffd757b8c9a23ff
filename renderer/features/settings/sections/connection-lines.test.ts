import { expect, it } from 'vitest';
import { CLIENTS, connectionLines } from './connection-lines.ts';
import { freeName } from './free-name.ts';

const OLLAMA = { proxyUrl: 'http://127.0.0.1:11435', kind: 'ollama' };

it('names the model and the proxy in every kind of client', () => {
  const lines = connectionLines(OLLAMA, 'linux', 'qwen3:8b');
  expect(lines.map(({ client }) => client)).toEqual(CLIENTS);
  for (const { client, text } of lines) {
    expect([client, text.includes(OLLAMA.proxyUrl)]).toEqual([client, true]);
    const isSetting = ['ollama', 'base', 'openai', 'openwebui'].includes(client);
    expect([client, text.includes('qwen3:8b')]).toEqual([client, !isSetting]);
  }
});

it('leaves out what only Ollama speaks, and quotes for the shell', () => {
  const lines = connectionLines({ ...OLLAMA, kind: 'llamacpp' }, 'win32', "it's");
  const texts = new Map(lines.map(({ client, text }) => [client, text]));
  expect(texts.has('ollama')).toBe(false);
  expect(texts.get('openwebui')).toBe('set OPENAI_API_BASE_URL=http://127.0.0.1:11435/v1');
  expect(texts.get('curl')).toContain('\\"model\\":\\"it\'s\\"');
  const unix = connectionLines(OLLAMA, 'linux', "it's").find(({ client }) => client === 'curl');
  expect(unix?.text).toContain("it'\\''s");
});

it('finds a free name for a server', () => {
  expect(freeName('ollama', [])).toBe('ollama');
  expect(freeName('ollama', ['ollama', 'ollama 2'])).toBe('ollama 3');
});
