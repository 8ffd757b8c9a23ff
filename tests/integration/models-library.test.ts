import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, call } from '../support/control-api.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOllamaLike } from '../support/ollama-like.ts';
import type { OllamaLike } from '../support/ollama-like.ts';
import { wholeCall } from '../support/streamed-call.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

interface Site {
  readonly url: string;
  readonly asked: { readonly target: string; readonly agent: string }[];
}

/** A site whose answer a test gives. */
async function site(answer: (response: ServerResponse) => void): Promise<Site> {
  const asked: Site['asked'] = [];
  const server = createServer((request, response) => {
    asked.push({ target: request.url ?? '', agent: request.headers['user-agent'] ?? '' });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

function folder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-models-'));
  closers.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

async function meter(dataDir: string, args: readonly string[] = []): Promise<Headless> {
  const tokwatt = await startHeadless({ dataDir, args });
  closers.push(() => tokwatt.stop());
  return tokwatt;
}

async function withLibrary(libraryUrl: string): Promise<Headless> {
  const dataDir = folder();
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ libraryUrl }));
  return meter(dataDir);
}

const PAGE = `<!doctype html><ul>
  <li x-test-model><a href="/library/tiny"><h2><span x-test-search-response-title>tiny</span></h2>
    <p>A tiny model.</p><span x-test-capability>tools</span><span x-test-size>1b</span>
    <span x-test-pull-count>1.5M</span> Pulls <span x-test-tag-count>3</span> Tags
    <span x-test-updated>3 days ago</span></a></li></ul>`;

describe('the public library', () => {
  it('is searched at the address in the settings', async () => {
    const library = await site((response) => response.end(PAGE));
    const tokwatt = await withLibrary(`${library.url}/mirror/`);
    const answer = await ask(tokwatt, 'GET', '/api/ollama/library?q=tiny%20%26%20fast');
    expect(answer).toEqual({
      models: [
        {
          name: 'tiny',
          description: 'A tiny model.',
          sizes: ['1b'],
          capabilities: ['tools'],
          pulls: '1.5M',
          tag_count: 3,
          updated: '3 days ago',
          url: `${library.url}/library/tiny`,
        },
      ],
    });
    expect(library.asked).toEqual([
      { target: '/mirror/search?q=tiny+%26+fast', agent: expect.stringMatching(/^Tokwatt\/\d/) },
    ]);
  });

  it('returns a readable error if it cannot be read', async () => {
    const answers: [(response: ServerResponse) => void, string][] = [
      [(response) => response.end('<h1>Log in to the hotel</h1>'), 'cannot read'],
      [(response) => response.writeHead(503).end(), 'answers with status 503'],
      [(response) => response.writeHead(302, { location: '/elsewhere' }).end(), 'status 302'],
      [(response) => response.destroy(), 'Check that this machine is online'],
      [(response) => response.end('x'.repeat(5_000_000)), 'TOO_LARGE'],
    ];
    for (const [answer, words] of answers) {
      const library = await site(answer);
      const tokwatt = await withLibrary(library.url);
      const failed = await call(tokwatt, 'GET', '/api/ollama/library?q=x');
      expect([failed.status, failed.body.code]).toEqual([502, 'library']);
      expect(failed.body.detail).toContain(words);
    }
    const offline = await withLibrary('http://127.0.0.1:9');
    const failed = await call(offline, 'GET', '/api/ollama/library');
    expect(failed.status).toBe(502);
    expect(failed.body.detail).toContain('ECONNREFUSED');
    expect((await call(offline, 'GET', '/api/ollama/library?query=x')).status).toBe(400);
  });

  it('has a time limit', async () => {
    const library = await site(() => undefined);
    const tokwatt = await withLibrary(library.url);
    const failed = await call(tokwatt, 'GET', '/api/ollama/library');
    expect(failed.status).toBe(504);
    expect(failed.body.detail).toContain('no answer within 10 seconds');
  });
});

interface Entry {
  readonly model_name: string;
  readonly is_favorite: boolean;
  readonly is_default: boolean;
  readonly is_installed: boolean;
  readonly upstreams: readonly string[];
  readonly [name: string]: unknown;
}
interface Listed {
  readonly models: readonly Entry[];
  readonly total: number;
}
const BASE = '/api/models/repository';
const list = (tokwatt: Headless, query = ''): Promise<Listed> =>
  ask<Listed>(tokwatt, 'GET', `${BASE}${query}`);

async function box(models: Readonly<Record<string, number>>): Promise<OllamaLike> {
  const server = await startOllamaLike({ models });
  closers.push(() => server.stop());
  return server;
}

describe('the user’s list of models', () => {
  it('keeps the user’s notes, also after a restart', async () => {
    const dataDir = folder();
    const first = await startHeadless({ dataDir });
    const added = await call<Entry>(first, 'POST', BASE, {
      model_name: 'hf.co/a/b:Q4',
      description: 'For code',
      tags: ['code', 'fast'],
    });
    expect(added.status).toBe(201);
    expect(added.body).toMatchObject({
      model_name: 'hf.co/a/b:Q4',
      category: 'general',
      tags: ['code', 'fast'],
      is_favorite: false,
      is_installed: false,
      usage_count: 0,
      last_used_at: null,
    });
    const path = `${BASE}/${encodeURIComponent('hf.co/a/b:Q4')}`;
    await ask(first, 'PUT', path, { category: 'code', notes: 'good', is_default: true });
    await ask(first, 'POST', `${BASE}/other/favorite`);
    expect(await first.stop()).toBe(0);

    const second = await meter(dataDir);
    const { models, total } = await list(second);
    expect(total).toBe(2);
    expect(models.map((entry) => [entry.model_name, entry.is_favorite, entry.is_default])).toEqual([
      ['other', true, false],
      ['hf.co/a/b:Q4', false, true],
    ]);
    expect(await ask(second, 'GET', `${BASE}/hf.co/a/b:Q4`)).toMatchObject({ notes: 'good' });
    expect((await list(second, '?category=code')).total).toBe(1);
    expect((await list(second, '?favorites_only=true')).models[0]?.model_name).toBe('other');
    expect((await list(second, '?installed_only=true')).total).toBe(0);
    await ask(second, 'POST', `${BASE}/other/default`);
    await ask(second, 'POST', `${BASE}/other/favorite`);
    await ask(second, 'POST', `${BASE}/other/favorite`, { is_favorite: false });
    const marks = (await list(second)).models.map((m) => [
      m.model_name,
      m.is_favorite,
      m.is_default,
    ]);
    expect(marks).toEqual([
      ['hf.co/a/b:Q4', false, false],
      ['other', false, true],
    ]);
    expect(await ask(second, 'DELETE', path)).toEqual({ status: 'deleted', model: 'hf.co/a/b:Q4' });
    expect((await call(second, 'GET', path)).status).toBe(404);
  });

  it('is synchronised with the upstreams, and keeps missing models', async () => {
    const one = await box({ 'a:1b': 10, b: 20 });
    const two = await box({ 'a:1b': 10 });
    const tokwatt = await meter(folder(), [
      ...['--upstream', `one=${one.url}`, '--upstream', `two=${two.url}`],
      ...['--upstream', 'down=http://127.0.0.1:9'],
    ]);
    await ask(tokwatt, 'POST', `${BASE}/b/favorite`);
    const synced = await ask<Record<string, unknown>>(tokwatt, 'POST', `${BASE}/sync`);
    expect(synced).toMatchObject({
      status: 'synced',
      installed_count: 2,
      models: ['a:1b', 'b'],
      added: ['a:1b'],
      gone: [],
      errors: [{ upstream: 'down' }],
    });
    one.models.delete('b');
    const again = await ask<Record<string, unknown>>(tokwatt, 'POST', `${BASE}/sync`);
    expect(again).toMatchObject({ added: [], gone: ['b'] });
    const { models } = await list(tokwatt);
    expect(models.map((m) => [m.model_name, m.is_installed, m.is_favorite, m.upstreams])).toEqual([
      ['b', false, true, []],
      ['a:1b', true, false, ['one', 'two']],
    ]);
  });

  it('has the usage of each model, and the default model for requests without one', async () => {
    const server = await box({ 'a:1b': 10 });
    const tokwatt = await meter(folder(), ['--upstream', `one=${server.url}`]);
    await ask(tokwatt, 'POST', `${BASE}/a:1b/default`);
    const chat = await wholeCall(tokwatt, '/api/chat', { prompt: 'x' });
    expect(chat.events.at(-1)?.data).toMatchObject({ model: 'a:1b' });
    await tokwatt.activity(1);
    await expect
      .poll(() => ask(tokwatt, 'GET', `${BASE}/a:1b`), { timeout: 20_000 })
      .toMatchObject({
        usage_count: 1,
        total_tokens_generated: 3,
        last_used_at: expect.any(Number),
      });
  });

  it('counts requests without the tag that Ollama adds', async () => {
    const server = await box({ 'a:latest': 10 });
    const tokwatt = await meter(folder(), ['--upstream', `one=${server.url}`]);
    await ask(tokwatt, 'POST', `${BASE}/sync`);
    await wholeCall(tokwatt, '/api/chat', { model: 'a', prompt: 'x' });
    await wholeCall(tokwatt, '/api/chat', { model: 'a:latest', prompt: 'x' });
    await tokwatt.activity(2);
    await expect
      .poll(() => ask(tokwatt, 'GET', `${BASE}/a:latest`), { timeout: 20_000 })
      .toMatchObject({ model_name: 'a:latest', usage_count: 2, last_used_at: expect.any(Number) });
  });

  it('rejects invalid entries by name', async () => {
    const tokwatt = await meter(folder());
    await ask(tokwatt, 'POST', BASE, { model_name: 'a' });
    for (const [method, path, body, status, words] of [
      ['POST', BASE, { model_name: 'a' }, 409, 'on the list already'],
      ['POST', BASE, {}, 400, 'model_name'],
      ['POST', BASE, { model_name: 'b', tags: 'x' }, 400, 'tags'],
      ['PUT', `${BASE}/a`, { is_installed: true }, 400, 'is_installed'],
      ['PUT', `${BASE}/none`, { is_favorite: true }, 404, 'There is no model "none"'],
      ['DELETE', `${BASE}/none`, undefined, 404, 'There is no model "none"'],
      ['POST', `${BASE}/a/favorite`, { favorite: true }, 400, 'favorite'],
      ['POST', `${BASE}/a/favorite`, '[]', 400, 'JSON object'],
      ['GET', `${BASE}?favorites_only=yes`, undefined, 400, 'favorites_only'],
      ['POST', `${BASE}/sync`, undefined, 502, 'refused'],
    ] as const) {
      const answer = await call(tokwatt, method, path, body);
      expect([path, answer.status]).toEqual([path, status]);
      expect(answer.body.detail).toContain(words);
    }
  });

  it('survives a damaged document, and discards nothing', async () => {
    const dataDir = folder();
    const file = join(dataDir, 'models.json');
    const odd = { model_name: 'from the future' };
    writeFileSync(file, JSON.stringify({ models: [odd] }));
    const tokwatt = await meter(dataDir);
    expect(await list(tokwatt)).toEqual({ models: [], total: 0 });
    await ask(tokwatt, 'POST', `${BASE}/a/favorite`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      models: [{ modelName: 'a' }],
      unread: [odd],
    });
    expect(tokwatt.stderr()).toContain('could not be read');
  });
});

describe('the document of the API', () => {
  it('describes the routes of model management', async () => {
    const tokwatt = await meter(folder());
    const document = await ask<{
      paths: Record<string, Record<string, { tags?: string[]; parameters?: { name: string }[] }>>;
    }>(tokwatt, 'GET', '/api/openapi.json');
    for (const [method, path] of [
      ['post', '/api/chat'],
      ['get', '/api/ollama/models'],
      ['delete', '/api/ollama/models/{name}'],
      ['post', '/api/ollama/models/{name}/load'],
      ['post', '/api/ollama/models/{name}/unload'],
      ['post', '/api/ollama/pull'],
      ['get', '/api/ollama/library'],
      ['get', BASE],
      ['post', BASE],
      ['post', `${BASE}/sync`],
      ['get', `${BASE}/{name}`],
      ['put', `${BASE}/{name}`],
      ['delete', `${BASE}/{name}`],
      ['post', `${BASE}/{name}/favorite`],
      ['post', `${BASE}/{name}/default`],
    ] as const) {
      const operation = document.paths[path]?.[method];
      expect([path, operation?.tags]).toEqual([path, ['models']]);
      const named = operation?.parameters?.filter(({ name }) => name === 'name') ?? [];
      expect([path, named.length]).toEqual([path, path.includes('{name}') ? 1 : 0]);
    }
  });
});
