import { describe, expect, it } from 'vitest';
import { attribute, fingerprint, isProbe } from './attribution.ts';

const from = (headers: Record<string, string>): ReturnType<typeof attribute> =>
  attribute((name) => headers[name], '::ffff:127.0.0.1', 'salt');

describe('attribution', () => {
  it.each([
    ['OpenAI/JS 7.5.0', 'OpenAI SDK (JavaScript)'],
    ['AsyncOpenAI/Python 2.1', 'OpenAI SDK (Python)'],
    ['Anthropic/JS 0.120.0', 'Anthropic SDK (JavaScript)'],
    ['claude-cli/2.0.1 (external, cli)', 'Claude Code'],
    ['ollama/0.33.0 (amd64 linux) Go/go1.24.0', 'Ollama CLI'],
    ['ollama-js/0.6.4 (x64 linux Node.js/v20)', 'Ollama SDK (JavaScript)'],
    ['GitHubCopilotChat/0.26', 'GitHub Copilot Chat'],
    ['docker-model-cli/1.0', 'Docker Model CLI'],
    ['codex_cli_rs/0.60', 'Codex CLI'],
    ['curl/7.88.1', 'curl'],
    ['python-requests/2.32', 'Requests (Python)'],
    ['Python/3.12 aiohttp/3.11', 'aiohttp (Python)'],
    ['Mozilla/5.0 (X11; Linux x86_64) MyApp/1.0 Electron/45.0.0', 'Electron app'],
    ['Mozilla/5.0 (X11; Linux x86_64) Chrome/140', 'Browser'],
    ['node', 'Node program'],
    ['my-tool/1.2', 'my-tool'],
  ])('knows %s as %s', (agent, application) => {
    expect(from({ 'user-agent': agent }).application).toBe(application);
  });

  it('leaves unknown what nobody said', () => {
    expect(from({})).toEqual({
      application: null,
      address: '127.0.0.1',
      key: null,
      origin: null,
      tag: null,
    });
  });

  it('falls back to the headers of generated SDKs', () => {
    expect(from({ 'x-stainless-lang': 'java' }).application).toBe('SDK (java)');
  });

  it('keeps a fingerprint of the key and its last four characters, never the key', () => {
    const { key } = from({ authorization: 'Bearer sk-abcdefghijklmnopqrstuvwxyz' });
    expect(key).toMatch(/^[0-9a-f]{8}…wxyz$/);
    expect(from({ 'x-api-key': 'sk-abcdefghijklmnopqrstuvwxyz' }).key).toBe(key);
    expect(fingerprint('sk-abcdefghijklmnopqrstuvwxyz', 'other salt')).not.toBe(key);
  });

  it('shows nothing of a short key', () => {
    expect(from({ authorization: 'Bearer ollama' }).key).toMatch(/^[0-9a-f]{8}$/);
  });

  it('bounds what clients may write into the records', () => {
    const client = from({ 'x-tokwatt-tag': 't'.repeat(5_000), 'user-agent': 'u'.repeat(5_000) });
    expect(client.tag).toHaveLength(120);
    expect(client.application).toHaveLength(120);
  });
});

describe('a question of another Tokwatt', () => {
  const asks = (agent: string, method: string, target: string): boolean =>
    isProbe((name) => (name === 'user-agent' ? agent : undefined), { method, target });

  it('is what asks a server to know it, by the name that Tokwatt gives itself there', () => {
    expect(asks('tokwatt', 'GET', '/v1/models')).toBe(true);
    expect(asks('tokwatt', 'GET', '/')).toBe(true);
    expect(asks('tokwatt', 'POST', '/api/show')).toBe(true);
    expect(asks('curl/8.0', 'GET', '/v1/models')).toBe(false);
    expect(asks('tokwatt-like/1.0', 'GET', '/v1/models')).toBe(false);
  });

  it('never asks a model for tokens', () => {
    expect(asks('tokwatt', 'POST', '/v1/chat/completions')).toBe(false);
    expect(asks('tokwatt', 'POST', '/api/generate')).toBe(false);
  });
});
