/** Insights through the whole product: a real server, the proxy, the ledger and the API. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { tokenOf } from '../support/control-api.ts';
import type { InsightHistory } from '../../shared/insight-history.ts';
import type { Wire } from '../../shared/wire.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { findChromium } from '../support/renderer-page.ts';
import { startOllamaLike } from '../support/ollama-like.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const CONTEXT = 4_096;
const GIB = 1024 ** 3;

interface Answer {
  readonly promptTokens: number;
  readonly loadMs: number;
}

/** An Ollama with one loaded model, which reports what the test says. */
async function ollama(answer: Answer): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(bodyFor(request.url ?? '/', answer)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function bodyFor(path: string, { promptTokens, loadMs }: Answer): object | string {
  const model = { name: 'qwen3:8b', model: 'qwen3:8b', size: 6 * GIB };
  if (path === '/') return 'Ollama is running';
  if (path === '/api/version') return { version: '0.33.2' };
  if (path === '/api/tags') return { models: [model] };
  if (path === '/api/ps') {
    return { models: [{ ...model, size_vram: 6 * GIB, context_length: CONTEXT }] };
  }
  if (path === '/api/show') return { model_info: { 'general.architecture': 'qwen3' } };
  const ms = 1e6;
  return {
    model: 'qwen3:8b',
    message: { role: 'assistant', content: 'Yes.' },
    done: true,
    done_reason: 'stop',
    total_duration: (loadMs + 30) * ms,
    load_duration: loadMs * ms,
    prompt_eval_count: promptTokens,
    prompt_eval_duration: 10 * ms,
    eval_count: 4,
    eval_duration: 10 * ms,
  };
}

async function start(answer: Answer, dataDir?: string): Promise<Headless> {
  const url = await ollama(answer);
  const tokwatt = await startHeadless({
    args: ['--upstream', `box=${url}`],
    ...(dataDir === undefined ? {} : { dataDir }),
  });
  closers.push(() => tokwatt.stop());
  const listed = async (): Promise<number> => {
    const live = (await tokwatt.get('/api/live')) as { loaded_models: unknown[] };
    return live.loaded_models.length;
  };
  await expect.poll(listed, { timeout: 10_000 }).toBe(1);
  return tokwatt;
}

async function chat(tokwatt: Headless, content: string): Promise<void> {
  const body = JSON.stringify({
    model: 'qwen3:8b',
    stream: false,
    messages: [{ role: 'user', content }],
  });
  await (await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body })).text();
}

interface Insight {
  readonly kind: string;
  readonly scope: string;
  readonly subject: string;
  readonly title: string;
}

async function current(tokwatt: Headless): Promise<Insight[]> {
  return ((await tokwatt.get('/api/insights')) as { current: Insight[] }).current;
}

async function detail(tokwatt: Headless): Promise<Insight[]> {
  const [row] = await tokwatt.activity(1);
  const path = `/api/activity/${row?.id ?? 0}`;
  return ((await tokwatt.get(path)) as { insights: Insight[] }).insights;
}

const LONG = 'one two three four five six seven eight nine ten '.repeat(2_000);

it('a silently truncated prompt is kept with its exchange, told, counted and dismissed', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-insights-'));
  closers.push(() => rm(dataDir, { recursive: true, force: true }));
  const answer = { promptTokens: CONTEXT / 2 + 2, loadMs: 5 };
  const tokwatt = await start(answer, dataDir);
  await chat(tokwatt, LONG);
  expect(await detail(tokwatt)).toMatchObject([
    { kind: 'context_truncated', scope: 'exchange', title: expect.stringContaining('cut off') },
  ]);
  await expect
    .poll(() => current(tokwatt), { timeout: 5_000 })
    .toMatchObject([{ kind: 'context_truncated', scope: 'model', subject: 'box/qwen3:8b' }]);
  const metrics = async (): Promise<string> => (await fetch(`${tokwatt.api}/metrics`)).text();
  expect(await metrics()).toContain('tokwatt_insights{insight="context_truncated"} 1');

  const dismiss = (until: string): Promise<Response> =>
    fetch(`${tokwatt.api}/api/insights/dismiss`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokenOf(tokwatt)}`, 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'context_truncated', subject: 'box/qwen3:8b', until }),
    });
  expect((await dismiss('hour')).status).toBe(200);
  expect(await current(tokwatt)).toEqual([]);
  expect(await metrics()).toContain('tokwatt_insights{insight="context_truncated"} 0');
  const dismissed = (): Promise<unknown> => tokwatt.get('/api/insights/dismissed');
  const named = { kind: 'context_truncated', subject: 'box/qwen3:8b' };
  expect(await dismissed()).toEqual({ dismissed: [{ ...named, until: expect.any(Number) }] });
  await dismiss('good');
  expect(await dismissed()).toEqual({ dismissed: [{ ...named, until: null }] });
  await dismiss('none');
  expect(await dismissed()).toEqual({ dismissed: [] });
  expect(await current(tokwatt)).toHaveLength(1);
  expect((await dismiss('tomorrow')).status).toBe(400);
  const past = (await tokwatt.get('/api/insights/history')) as Wire<InsightHistory>;
  expect(past.insights).toMatchObject([
    { kind: 'context_truncated', subject: 'box/qwen3:8b', to: null, is_ongoing: true },
  ]);

  await tokwatt.stop();
  const again = await start(answer, dataDir);
  expect(await detail(again)).toMatchObject([{ kind: 'context_truncated' }]);
  // It lasted when the first run ended, so its end is not known.
  expect(await again.get('/api/insights/history')).toMatchObject({
    insights: [{ ...past.insights[0], is_ongoing: false, last_seen_at: expect.any(Number) }],
  });
});

it('a prompt of truly so many tokens has no insight', async () => {
  const tokwatt = await start({ promptTokens: CONTEXT / 2 + 2, loadMs: 5 });
  await chat(tokwatt, 'one two three four five '.repeat(340));
  expect(await detail(tokwatt)).toEqual([]);
  expect(await current(tokwatt)).toEqual([]);
});

it('a request that brings its model in says so', async () => {
  const server = await startOllamaLike({ models: { a: 5 }, loadMs: 2_200 });
  closers.push(() => server.stop());
  const tokwatt = await startHeadless({ args: ['--upstream', `box=${server.url}`] });
  closers.push(() => tokwatt.stop());
  const health = async (): Promise<unknown> => {
    const { upstreams } = (await tokwatt.get('/api/upstreams')) as {
      upstreams: { health: string }[];
    };
    return upstreams[0]?.health;
  };
  await expect.poll(health, { timeout: 10_000 }).toBe('up');
  const body = JSON.stringify({ model: 'a', messages: [{ role: 'user', content: 'x' }] });
  await (await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body })).text();
  expect(await detail(tokwatt)).toMatchObject([
    {
      kind: 'cold_load',
      title: expect.stringMatching(/^Waited \d[.\d]* s while the model was loaded[.]$/),
      advice: expect.stringContaining('OLLAMA_KEEP_ALIVE'),
    },
  ]);
});

const browserPath = findChromium();

it.skipIf(browserPath === null)('the window tells them in German', async () => {
  const tokwatt = await start({ promptTokens: CONTEXT / 2 + 2, loadMs: 5 });
  await chat(tokwatt, LONG);
  await expect.poll(() => current(tokwatt), { timeout: 5_000 }).toHaveLength(1);
  const browser = await launchBrowser(browserPath!);
  closers.push(() => browser.close());
  const page = await (await browser.newContext({ locale: 'de-DE' })).newPage();
  await page.goto(tokwatt.api);
  const title = 'Ein Prompt für qwen3:8b verlor in der letzten Stunde einen Teil';
  await page.getByText(title).waitFor();
  await page.goto(`${tokwatt.api}/#alerts`);
  await page.getByText(title).first().click();
  await page.getByText('Kontext des Modells').waitFor();
  await page.getByText('Dem Modell einen größeren Kontext geben').waitFor();
});
