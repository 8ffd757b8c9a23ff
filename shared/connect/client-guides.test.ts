import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { clientGuides, isSeenAs } from './client-guides.ts';
import { CLIENT_IDS } from './client-guide.ts';
import type { ClientId } from './client-guide.ts';

const OLLAMA = {
  proxyUrl: 'http://127.0.0.1:11435/',
  kind: 'ollama',
  platform: 'linux',
  model: 'qwen3:8b',
};
const textOf = (id: ClientId, target: Partial<typeof OLLAMA> = {}): string =>
  clientGuides({ ...OLLAMA, ...target }).find((guide) => guide.id === id)?.text ?? '';

describe('the table of clients', () => {
  it('points every client at the proxy, and none at an address with two slashes', () => {
    for (const kind of ['ollama', 'llamacpp']) {
      for (const { id, text } of clientGuides({ ...OLLAMA, kind })) {
        expect([id, text.includes('http://127.0.0.1:11435')]).toEqual([id, true]);
        expect([id, text.includes('11435//')]).toEqual([id, false]);
      }
    }
  });

  it('has all clients for Ollama and for an unknown server, and leaves out its own for others', () => {
    const ids = (kind: string | null): ClientId[] =>
      clientGuides({ ...OLLAMA, kind }).map(({ id }) => id);
    expect(ids('ollama')).toEqual(CLIENT_IDS);
    expect(ids(null)).toEqual(CLIENT_IDS);
    expect(ids('vllm')).toEqual(CLIENT_IDS.filter((id) => !id.startsWith('ollama')));
  });

  it('names the model wherever the client is told one', () => {
    const settings = ['ollama', 'open-webui', 'cline', 'n8n', 'cursor', 'other'];
    for (const { id, text } of clientGuides({ ...OLLAMA, kind: 'llamacpp' })) {
      expect([id, text.includes('qwen3:8b')]).toEqual([id, !settings.includes(id)]);
    }
  });

  it('gives a curl line whose body is safe in the shell, for any name of a model', () => {
    const line = textOf('curl', { model: "it's/odd:q4" });
    const body = execFileSync('sh', ['-c', line.replace(/^curl .* -d /, "printf '%s' ")], {
      encoding: 'utf8',
    });
    expect(JSON.parse(body)).toMatchObject({ model: "it's/odd:q4" });
  });

  it('gives lines of a shell that set what the program then reads', () => {
    const model = "it's odd; exit 1";
    const lines = textOf('claude-code', { model });
    const print = 'claude() { printf "%s|%s|%s" "$ANTHROPIC_BASE_URL" "$1" "$2"; }';
    expect(execFileSync('sh', ['-c', `${print}\n${lines}`], { encoding: 'utf8' })).toBe(
      `http://127.0.0.1:11435|--model|${model}`,
    );
  });

  it('quotes for cmd.exe on Windows', () => {
    expect(textOf('ollama', { platform: 'win32' })).toBe('set OLLAMA_HOST=http://127.0.0.1:11435');
    const line = textOf('curl', { platform: 'win32' });
    expect(line).toContain('-d "{\\"model\\":\\"qwen3:8b\\"');
    expect(line).not.toContain("'");
  });

  it('writes JSON that can be read', () => {
    expect(JSON.parse(textOf('zed', { kind: 'vllm', model: 'a"b' }))).toMatchObject({
      language_models: {
        openai_compatible: {
          Tokwatt: { api_url: 'http://127.0.0.1:11435/v1', available_models: [{ name: 'a"b' }] },
        },
      },
    });
  });
});

it('recognises a client by its application or its program', () => {
  const guides = new Map(clientGuides(OLLAMA).map((guide) => [guide.id, guide]));
  const isSeen = (id: ClientId, application: string | null, process: string | null): boolean =>
    isSeenAs(guides.get(id)!, { application, process });
  expect(isSeen('claude-code', 'Claude Code', null)).toBe(true);
  expect(isSeen('claude-code', null, 'claude.exe')).toBe(true);
  expect(isSeen('n8n', 'Node program', 'n8n')).toBe(true);
  expect(isSeen('curl', 'Browser', 'firefox')).toBe(false);
  expect(isSeen('other', null, null)).toBe(false);
});
