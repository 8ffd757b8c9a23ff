import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { firstRequest } from './first-request.ts';

const ollama = { proxyUrl: 'http://127.0.0.1:11435/', kind: 'ollama' };

describe('firstRequest', () => {
  it('points programs at the proxy, not at the server', () => {
    const texts = firstRequest(ollama, 'linux', null).map((snippet) => snippet.text);
    expect(texts.slice(0, 2)).toEqual([
      'export OLLAMA_HOST=http://127.0.0.1:11435',
      'http://127.0.0.1:11435/v1',
    ]);
    expect(texts[2]).toContain('http://127.0.0.1:11435/v1/chat/completions');
  });

  it('omits OLLAMA_HOST for other servers, but not while the server is unknown', () => {
    const count = (kind: string | null): number =>
      firstRequest({ ...ollama, kind }, 'linux', null).length;
    expect(count('llamacpp')).toBe(3);
    expect(count(null)).toBe(4);
  });

  it('gives a line whose body is safe in the shell, for any model name', () => {
    const line = firstRequest(ollama, 'linux', "it's/odd:q4").at(-2)?.text ?? '';
    const body = execFileSync('sh', ['-c', line.replace(/^curl .* -d /, "printf '%s' ")], {
      encoding: 'utf8',
    });
    expect(JSON.parse(body)).toMatchObject({ model: "it's/odd:q4" });
  });

  it('gives Python lines that name the model', () => {
    const lines = firstRequest(ollama, 'linux', 'it"s:q4').at(-1)?.text ?? '';
    expect(lines).toContain('base_url="http://127.0.0.1:11435/v1"');
    expect(lines).toContain('model="it\\"s:q4"');
  });

  it('quotes for cmd.exe on Windows', () => {
    const texts = firstRequest(ollama, 'win32', 'm').map((snippet) => snippet.text);
    expect(texts[0]).toBe('set OLLAMA_HOST=http://127.0.0.1:11435');
    expect(texts[2]).toContain('-d "{\\"model\\":\\"m\\"');
    expect(texts[2]).not.toContain("'");
  });
});
