import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  LITELLM_INPUT_TOKENS,
  LITELLM_MODEL,
  LITELLM_OUTPUT_TOKENS,
  startLiteLlm,
} from '../support/litellm-server.ts';
import { startLlmServer } from '../support/management-servers.ts';
import type { LlmServer } from '../support/management-servers.ts';
import { wholeCall } from '../support/streamed-call.ts';

const KEY = 'sk-of-the-upstream-0123456789abcdef';
const NOBODY = 'http://127.0.0.1:9';

let folder: string;
let tokwatt: Headless | null = null;
let server: LlmServer | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tokwatt-keys-'));
});
afterEach(async () => {
  await tokwatt?.stop();
  tokwatt = null;
  await server?.stop();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

const keysFile = (): string => join(folder, 'api-keys.json');
const settingsFile = (): string => join(folder, 'settings.json');

async function start(settings: object, args: readonly string[] = []): Promise<Headless> {
  writeFileSync(settingsFile(), JSON.stringify(settings));
  tokwatt = await startHeadless({ dataDir: folder, args, env: { LOG_LEVEL: 'debug' } });
  return tokwatt;
}

/** Names of the files in the data folder that hold the key. */
function filesWithKey(): string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .filter((file) => readFileSync(join(file.parentPath, file.name)).includes(KEY))
    .map(({ name }) => name);
}

interface Upstream {
  readonly name: string;
  readonly url: string;
  readonly api_key: string | null;
}
const upstreamsOf = async (app: Headless): Promise<readonly Upstream[]> =>
  (await ask<{ upstreams: readonly Upstream[] }>(app, 'GET', '/api/settings')).upstreams;

describe('the API key of an upstream', () => {
  it('is stored in a separate file that only its owner can read, and never shown', async () => {
    const app = await start({});
    const upstreams = [{ name: 'lite', url: NOBODY, api_key: KEY }];
    const changed = await call(app, 'PATCH', '/api/settings', { upstreams });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({ settings: { upstreams: [{ api_key: '(hidden)' }] } });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'lite', api_key: '(hidden)' }]);
    expect(statSync(keysFile()).mode & 0o777).toBe(0o600);
    expect(filesWithKey()).toEqual(['api-keys.json']);
    const page = await call(app, 'GET', '/api/bridge/getSettings');
    expect([page.status, page.text.includes('"apiKey":"(hidden)"')]).toEqual([200, true]);
    for (const { text } of [changed, page]) expect(text).not.toContain(KEY);
    expect(app.stderr()).not.toContain(KEY);
  });

  it('survives a restart, stays when sent back hidden, and is removed by null', async () => {
    let app = await start({});
    const upstreams = [{ name: 'lite', url: NOBODY, api_key: KEY }];
    await ask(app, 'PATCH', '/api/settings', { upstreams });
    await app.stop();
    app = tokwatt = await startHeadless({ dataDir: folder });
    expect(await upstreamsOf(app)).toMatchObject([{ api_key: '(hidden)' }]);
    expect(await ask(app, 'GET', '/api/upstreams/lite')).toMatchObject({ key_storage: 'file' });

    await ask(app, 'PATCH', '/api/settings', await ask(app, 'GET', '/api/settings'));
    expect(filesWithKey()).toEqual(['api-keys.json']);
    const renamed = [{ name: 'other', url: NOBODY, api_key: '(hidden)' }];
    await ask(app, 'PATCH', '/api/settings', { upstreams: renamed });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'other', api_key: '(hidden)' }]);

    const none = [{ name: 'other', url: NOBODY, api_key: null }];
    await ask(app, 'PATCH', '/api/settings', { upstreams: none });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'other', api_key: null }]);
    expect(filesWithKey()).toEqual([]);
  });

  it('does not follow an upstream to another address', async () => {
    const app = await start({});
    const upstreams = [{ name: 'lite', url: NOBODY, api_key: KEY }];
    await ask(app, 'PATCH', '/api/settings', { upstreams });
    const moved = [{ name: 'lite', url: 'http://127.0.0.1:10', api_key: '(hidden)' }];
    const refused = await call(app, 'PATCH', '/api/settings', { upstreams: moved });
    expect([refused.status, refused.body.code]).toEqual([400, 'bad_request']);
    expect(refused.body.detail).toContain('upstreams.0.api_key: no key is stored');
    expect(await upstreamsOf(app)).toMatchObject([{ url: NOBODY, api_key: '(hidden)' }]);
  });

  it('is moved out of a settings.json that the user wrote', async () => {
    const upstream = { name: 'lite', url: NOBODY, exactUsage: true };
    const app = await start({ notOurs: 1, upstreams: [{ ...upstream, apiKey: KEY }] });
    expect(await upstreamsOf(app)).toMatchObject([{ name: 'lite', api_key: '(hidden)' }]);
    await expect.poll(filesWithKey).toEqual(['api-keys.json']);
    expect(JSON.parse(readFileSync(settingsFile(), 'utf8'))).toEqual({
      notOurs: 1,
      upstreams: [upstream],
    });
    await expect.poll(() => app.stderr()).toContain('taken out of settings.json');
    expect(app.stderr()).not.toContain(KEY);
  });

  it('is set aside with an unreadable file, with a warning', async () => {
    writeFileSync(keysFile(), `{"keys": [{"upstream": "lite", "key": "${KEY}"`, { mode: 0o600 });
    const app = await start({ upstreams: [{ name: 'lite', url: NOBODY }] });
    expect(existsSync(keysFile())).toBe(false);
    const { warnings } = await ask<{ warnings: string[] }>(app, 'GET', '/api/health');
    const [warning] = warnings;
    expect(warning).toContain('api-keys.json could not be read');
    expect(warning).toContain('Set them again');
    expect(app.stderr()).not.toContain(KEY);
  });
});

const CAPTURES = { captures: { enabled: true } };

/** A Tokwatt in front of a vLLM that wants the key; set in the way a person would. */
async function withServer(
  options: Parameters<typeof startLlmServer>[1] = {},
  key: string | null = KEY,
  more: object = {},
): Promise<Headless> {
  const running = await startLlmServer('vllm', { key: KEY, ...options });
  server = running;
  const apiKey = key === null ? {} : { apiKey: key };
  const upstream = { name: 'vllm', url: running.url, ...apiKey, ...more };
  return start({ ...CAPTURES, upstreams: [upstream] });
}

interface State {
  readonly kind: string | null;
  readonly note: string | null;
}
const stateOf = (app: Headless): Promise<State> => ask<State>(app, 'GET', '/api/upstreams/vllm');
const chat = { model: 'meta/llama', prompt: 'Hello' };

describe('Tokwatt’s own requests', () => {
  it('carry the key: health, models and chat, which is metered', async () => {
    const app = await withServer();
    await expect.poll(async () => (await stateOf(app)).kind).toBe('vllm');
    expect(await stateOf(app)).toMatchObject({ health: 'up', note: null, key_storage: 'file' });
    expect(await ask(app, 'GET', '/api/ollama/models')).toMatchObject({
      models: [{ name: 'meta/llama', upstream: 'vllm', loaded: true }],
      errors: [],
    });
    const { events } = await wholeCall(app, '/api/chat', chat);
    expect(events.at(-1)).toMatchObject({ event: 'done' });
    const [row] = await app.activity(1);
    expect(row).toMatchObject({
      upstream: 'vllm',
      model: 'meta/llama',
      status: 200,
      usage: { input_tokens: 12, output_tokens: 2 },
      client: { application: 'Tokwatt Playground' },
    });
    const captured = await call(app, 'GET', `/api/activity/${row?.id ?? ''}/capture`);
    expect(captured.text).toContain('[redacted]');
    const copy = join(folder, 'copy.db');
    await ask(app, 'POST', '/api/data/backup', { file: copy });
    expect(captured.text).not.toContain(KEY);
    expect(app.stderr()).not.toContain(KEY);
    await app.stop();
    expect(filesWithKey()).toEqual(['api-keys.json']);
  });

  it('are refused without a key, with a note that says what to set; the key takes effect at once', async () => {
    const app = await withServer({}, null);
    await expect
      .poll(async () => (await stateOf(app)).note)
      .toContain('It needs an API key to list its models; set apiKey for this upstream.');
    const refused = await call(app, 'GET', '/api/ollama/models?upstream=vllm');
    expect([refused.status, refused.body.code]).toEqual([502, 'upstream_locked']);
    expect(refused.body.detail).toContain('needs an API key; set apiKey for this upstream');

    const upstreams = [{ name: 'vllm', url: server?.url, api_key: KEY }];
    const changed = await ask(app, 'PATCH', '/api/settings', { upstreams });
    expect(changed).toMatchObject({ restart_needed: [] });
    await expect.poll(() => stateOf(app)).toMatchObject({ kind: 'vllm', note: null });
    expect((await call(app, 'GET', '/api/ollama/models?upstream=vllm')).status).toBe(200);
  });

  it('carries the key of the settings to an upstream of the flags, if name and address agree', async () => {
    const { url } = (server = await startLlmServer('vllm', { key: KEY }));
    const settings = { upstreams: [{ name: 'vllm', url, apiKey: KEY }] };
    const app = await start(settings, ['--upstream', `vllm=${url}`, '--upstream', `other=${url}`]);
    await expect.poll(async () => (await stateOf(app)).kind).toBe('vllm');
    expect(await ask(app, 'GET', '/api/upstreams/other')).toMatchObject({ key_storage: null });
  });

  it('repeats no key that a server repeats in its refusals', async () => {
    const app = await withServer({ failInChat: true });
    const wrong = 'sk-a-wrong-key-0123456789';
    const failed = await wholeCall(app, '/api/chat', chat);
    expect(JSON.stringify(failed)).toContain('The budget of Bearer (hidden) is used up');
    const [row] = await app.activity(1);
    const captured = await call(app, 'GET', `/api/activity/${row?.id ?? ''}/capture`);
    expect(captured.text).toContain('The budget of Bearer [redacted] is used up');
    expect(captured.text).not.toContain(KEY);
    const upstreams = [{ name: 'vllm', url: server?.url, api_key: wrong }];
    await ask(app, 'PATCH', '/api/settings', { upstreams });
    await expect.poll(async () => (await stateOf(app)).note).toContain('It refuses the API key');
    const refused = await call(app, 'GET', '/api/ollama/models?upstream=vllm');
    expect(refused.body.detail).toContain('refuses the API key that is set for it');
    expect(refused.body.detail).toContain('Bearer (hidden)');
    const chatted = await wholeCall(app, '/api/chat', chat);
    expect(JSON.stringify(chatted)).toContain('Bearer (hidden)');
    for (const text of [refused.text, JSON.stringify(chatted), app.stderr()]) {
      expect(text).not.toContain(wrong);
    }
  });

  it('do not put a key into clients’ requests', async () => {
    const app = await withServer();
    const answer = await fetch(`${app.proxy}/v1/models`);
    expect(answer.status).toBe(401);
    const own = await fetch(`${app.proxy}/v1/models`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    expect(own.status).toBe(200);
  });
});

describe('an upstream with injectKey', () => {
  it('serves clients without a key, and records no key for them', async () => {
    const app = await withServer({}, KEY, { injectKey: true });
    const body = JSON.stringify({ model: 'meta/llama', messages: [] });
    const url = `${app.proxy}/v1/chat/completions`;
    const answer = await fetch(url, { method: 'POST', body });
    expect(answer.status).toBe(200);
    const [row] = await app.activity(1);
    expect(row).toMatchObject({ model: 'meta/llama', client: { key: null } });
    const captured = await call(app, 'GET', `/api/activity/${row?.id ?? ''}/capture`);
    expect(captured.status).toBe(200);
    expect(captured.text).not.toContain(KEY);
    expect(captured.text).not.toMatch(/authorization/i);

    const headers = { authorization: 'Bearer sk-own' };
    expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(401);
  });
});

describe('a LiteLLM with a master key', () => {
  it('is recognised, listed, chatted with and metered', async () => {
    const lite = await startLiteLlm({ masterKey: KEY });
    try {
      const app = await start({ upstreams: [{ name: 'lite', url: lite.url, apiKey: KEY }] });
      await expect
        .poll(() => ask(app, 'GET', '/api/upstreams/lite'))
        .toMatchObject({ kind: 'litellm', label: 'LiteLLM 1.108.7', health: 'up', note: null });
      const { models } = await ask<{ models: { name: string }[] }>(
        app,
        'GET',
        '/api/ollama/models',
      );
      expect(models.map(({ name }) => name)).toEqual([LITELLM_MODEL, 'claude-fake']);
      const { events } = await wholeCall(app, '/api/chat', { model: LITELLM_MODEL, prompt: 'Hi' });
      expect(events.at(-1)).toMatchObject({ event: 'done' });
      const [row] = await app.activity(1);
      expect(row).toMatchObject({
        upstream: 'lite',
        model: LITELLM_MODEL,
        status: 200,
        completed: true,
        usage: {
          input_tokens: LITELLM_INPUT_TOKENS,
          output_tokens: LITELLM_OUTPUT_TOKENS,
          provenance: { input: 'reported', output: 'reported' },
        },
      });
      const load = await call(app, 'POST', `/api/ollama/models/${LITELLM_MODEL}/load`);
      expect([load.status, load.body.detail]).toEqual([
        501,
        expect.stringContaining('passes requests on to the servers in its own configuration'),
      ]);
      expect(lite.asked.filter((question) => question.startsWith('GET /health '))).toEqual([]);
    } finally {
      await tokwatt?.stop();
      await lite.stop();
    }
  });
});
