import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { ask } from '../support/control-api.ts';
import { IN_DELETED_FOLDER } from '../support/deleted-folder.ts';
import { HEADLESS, runHeadless, startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import {
  CACHED_TOKENS,
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  PACED,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

let upstream: RecordedUpstream;
let paced: RecordedUpstream;
const running: Headless[] = [];
async function start(...options: Parameters<typeof startHeadless>): Promise<Headless> {
  const tokwatt = await startHeadless(...options);
  running.push(tokwatt);
  return tokwatt;
}

const post = (url: string, body: object, init: RequestInit = {}): Promise<Response> =>
  fetch(url, { method: 'POST', body: JSON.stringify(body), ...init });

/** Runs what must be refused; kills it where it never ends, for it might not hear SIGTERM. */
async function refused(
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const limits = { timeout: 30_000, killSignal: 'SIGKILL' } as const;
  return promisify(execFile)(process.execPath, [HEADLESS, ...args], { ...limits, ...options }).then(
    (output) => ({ code: 0, ...output }),
    (error: unknown) => error as { code: unknown; stdout: string; stderr: string },
  );
}
const messages = [{ role: 'user', content: 'Read the meter.' }];

describe('headless Tokwatt in plain Node', () => {
  beforeAll(async () => {
    upstream = await startRecordedUpstream();
    paced = await startRecordedUpstream(PACED);
  });
  afterAll(() => Promise.all([upstream.stop(), paced.stop()]));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((tokwatt) => tokwatt.stop()));
  });

  it('meters an Ollama chat, which streams unless told otherwise', async () => {
    const tokwatt = await start({ args: ['--upstream', `gpu=${paced.url}`] });
    const answer = await post(`${tokwatt.proxy}/api/chat`, { model: MODEL, messages });
    expect((await answer.text()).trim().split('\n')).toHaveLength(OUTPUT_TOKENS + 1);
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({
      id: 1,
      upstream: 'gpu',
      api: 'ollama',
      operation: 'chat',
      endpoint: '/api/chat',
      model: MODEL,
      stream: true,
      status: 200,
      completed: true,
      error: null,
      usage: {
        input_tokens: INPUT_TOKENS,
        cached_input_tokens: CACHED_TOKENS,
        output_tokens: OUTPUT_TOKENS,
        reasoning_tokens: null,
        provenance: { input: 'reported', output: 'reported' },
      },
      rates: { prompt_tokens_per_second: 250, output_tokens_per_second: 10 },
      client: { address: '127.0.0.1', key: null },
    });
    expect(row!.timing.time_to_first_token_ms).toBeGreaterThan(0);
    expect(row!.timing.duration_ms).toBeGreaterThanOrEqual(row!.timing.time_to_first_token_ms!);
    expect(row!.completed_at).toBeGreaterThanOrEqual(row!.started_at);
  });

  describe('in every dialect', () => {
    let tokwatt: Headless;
    beforeAll(async () => {
      tokwatt = await startHeadless({ args: ['--upstream', paced.url] });
    });
    afterAll(() => tokwatt.stop());

    it.each([
      ['/api/chat', { messages, stream: false }, 'ollama', 'chat', false],
      ['/api/generate', { prompt: 'Hi' }, 'ollama', 'completion', true],
      ['/api/generate', { prompt: 'Hi', stream: false }, 'ollama', 'completion', false],
      ['/v1/chat/completions', { messages }, 'openai', 'chat', false],
      ['/v1/chat/completions', { messages, stream: true }, 'openai', 'chat', true],
      [
        '/v1/chat/completions',
        { messages, stream: true, stream_options: { include_usage: true } },
        'openai',
        'chat',
        true,
      ],
    ])('meters %s %j', async (path, body, api, operation, stream) => {
      const before = (await tokwatt.activity(0)).length;
      await (await post(`${tokwatt.proxy}${path}`, { model: MODEL, ...body })).text();
      const [row] = await tokwatt.activity(before + 1);
      expect(row).toMatchObject({
        api,
        operation,
        stream,
        model: MODEL,
        completed: true,
        usage: {
          input_tokens: INPUT_TOKENS,
          cached_input_tokens: CACHED_TOKENS,
          output_tokens: OUTPUT_TOKENS,
        },
        rates: { output_tokens_per_second: 10 },
      });
    });
  });

  it('shows an exchange in flight, then its totals', async () => {
    const slow = await startRecordedUpstream({ frameGapMs: 150 });
    const tokwatt = await start({ args: ['--upstream', slow.url] });
    const answer = await post(`${tokwatt.proxy}/api/chat`, { model: MODEL, messages });
    const reader = answer.body!.getReader();
    await reader.read();
    await reader.read();
    const live = (await tokwatt.get('/api/live')) as Record<string, unknown>;
    expect(live).toMatchObject({
      in_flight: [{ model: MODEL, phase: 'generating', endpoint: '/api/chat' }],
      loaded_models: [
        { name: MODEL, size_bytes: 6e9, vram_bytes: 4.5e9, context_length: 8192, state: 'loaded' },
      ],
    });
    while (!(await reader.read()).done);
    await tokwatt.activity(1);
    expect(await tokwatt.get('/api/live')).toMatchObject({ in_flight: [] });
    expect(await tokwatt.get('/api/usage')).toMatchObject({
      version,
      totals: { requests: 1, errors: 0, input_tokens: INPUT_TOKENS, output_tokens: OUTPUT_TOKENS },
      models: { [MODEL]: { requests: 1, output_tokens: OUTPUT_TOKENS } },
      today: { totals: { requests: 1 } },
    });
    await slow.stop();
  });

  it('estimates a stream that the client cut off, and marks it', async () => {
    const slow = await startRecordedUpstream({ frameGapMs: 50 });
    const tokwatt = await start({ args: ['--upstream', slow.url] });
    const abort = new AbortController();
    const body = { model: MODEL, messages, stream: true };
    const answer = await post(`${tokwatt.proxy}/v1/chat/completions`, body, {
      signal: abort.signal,
    });
    const reader = answer.body!.getReader();
    for (let frames = 0; frames < 3; frames += 1) await reader.read();
    abort.abort();
    const [row] = await tokwatt.activity(1);
    expect(row).toMatchObject({
      completed: false,
      error: 'client_aborted',
      usage: {
        input_tokens: Math.floor(JSON.stringify(body).length / 4),
        provenance: { input: 'estimated', output: 'estimated' },
      },
    });
    expect(row!.usage.output_tokens).toBeGreaterThanOrEqual(1);
    expect(row!.usage.output_tokens).toBeLessThan(OUTPUT_TOKENS);
    await slow.stop();
  });

  it('answers 502 in the dialect of the path if there is no server, and reports it at the start', async () => {
    const tokwatt = await start({ args: ['--upstream', 'http://127.0.0.1:9'] });
    const ollama = await post(`${tokwatt.proxy}/api/chat`, { model: MODEL, messages });
    expect(ollama.status).toBe(502);
    expect(await ollama.json()).toEqual({ error: expect.stringContaining('http://127.0.0.1:9') });
    const openai = await post(`${tokwatt.proxy}/v1/chat/completions`, { model: MODEL, messages });
    expect(await openai.json()).toMatchObject({
      error: { message: expect.stringContaining('http://127.0.0.1:9'), type: expect.any(String) },
    });
    const rows = await tokwatt.activity(2);
    expect(rows.map((row) => [row.error, row.status, row.usage.input_tokens])).toEqual([
      ['upstream_unreachable', 502, null],
      ['upstream_unreachable', 502, null],
    ]);
    expect(await tokwatt.get('/api/health')).toMatchObject({
      status: 'ok',
      upstreams: [{ health: 'down', note: expect.stringContaining('--upstream') }],
    });
    expect(tokwatt.stderr()).toContain('http://127.0.0.1:9');
  });

  it('gives each upstream its own port, and keeps their traffic apart', async () => {
    const tokwatt = await start({
      args: ['--upstream', `a=${upstream.url}`, '--upstream', `b=${upstream.url}`],
    });
    expect(tokwatt.proxies.map((proxy) => proxy.upstream)).toEqual(['a', 'b']);
    const body = { model: MODEL, messages, stream: false };
    await (await post(`${tokwatt.proxies[1]!.url}/api/chat`, body)).text();
    const rows = await tokwatt.activity(1);
    expect(rows.map((row) => row.upstream)).toEqual(['b']);
  });

  it('shows the same totals after a restart', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
    const args = ['--upstream', upstream.url];
    const first = await startHeadless({ args, dataDir });
    await (await post(`${first.proxy}/api/chat`, { model: MODEL, messages })).text();
    await first.activity(1);
    const before = (await first.get('/api/usage')) as { totals: object; models: object };
    expect(await first.stop()).toBe(0);
    const second = await start({ args, dataDir });
    expect(await second.get('/api/usage')).toMatchObject({
      totals: before.totals,
      models: before.models,
    });
    await (await post(`${second.proxy}/api/chat`, { model: MODEL, messages })).text();
    expect((await second.activity(1))[0]?.id).toBe(2);
    rmSync(dataDir, { recursive: true });
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'leaves with status 0 on %s, mid-stream',
    async (signal) => {
      const slow = await startRecordedUpstream({ frameGapMs: 3_000 });
      const tokwatt = await startHeadless({ args: ['--upstream', slow.url] });
      const answer = await post(`${tokwatt.proxy}/api/chat`, { model: MODEL, messages });
      const rest = answer.text().catch(() => 'reset');
      const asked = Date.now();
      expect(await tokwatt.stop(signal)).toBe(0);
      expect(Date.now() - asked).toBeLessThan(5_000);
      await rest;
      await slow.stop();
    },
  );

  it.skipIf(process.platform === 'win32')(
    'stores rows when started in a deleted folder',
    async () => {
      const tokwatt = await start({
        args: ['--upstream', upstream.url],
        through: IN_DELETED_FOLDER,
      });
      await (await post(`${tokwatt.proxy}/api/chat`, { model: MODEL, messages })).text();
      await expect.poll(() => tokwatt.activity(1), { timeout: 10_000 }).toHaveLength(1);
      const metrics = async (): Promise<string> =>
        (await fetch(`${new URL(tokwatt.api).origin}/metrics`)).text();
      await expect.poll(metrics, { timeout: 10_000 }).toMatch(/^tokwatt_ledger_waiting_rows 0$/m);
    },
  );

  it('names the port in use and exits with status 2', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    const port = String((holder.address() as AddressInfo).port);
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
    for (const flag of ['--proxy-port', '--api-port']) {
      const other = flag === '--proxy-port' ? '--api-port' : '--proxy-port';
      const run = await runHeadless([flag, port, other, '0', '--data-dir', dataDir]);
      expect(run.status).toBe(2);
      expect(run.stdout).toBe('');
      expect(run.stderr.trim().split('\n')).toEqual([expect.stringContaining(`${flag} ${port}`)]);
    }
    holder.close();
    rmSync(dataDir, { recursive: true });
  });

  it('keeps a second one out of its data folder', async () => {
    const first = await start({ args: ['--upstream', upstream.url] });
    const ports = ['--proxy-port', '0', '--api-port', '0'];
    const second = await runHeadless([...ports, '--data-dir', first.dataDir]);
    expect(second).toMatchObject({ status: 2, stdout: '' });
    const { pid } = first.process;
    expect(second.stderr).toMatch(
      new RegExp(`in use by another Tokwatt \\(headless, .*process ${pid}, .*--data-dir`),
    );
  });

  it.each([
    [['--upsteam', 'x'], '--upsteam'],
    [['--upstream', 'not a url'], '--upstream not a url'],
    [['--proxy-port', '99999'], '--proxy-port'],
    [['--bind', '203.0.113.7', '--proxy-port', '0'], 'bind 203.0.113.7 (--bind or settings.json)'],
    [['--bind', ''], '--bind'],
  ])('refuses %j in one line with status 2', async (args, name) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
    const run = await runHeadless([...args, '--data-dir', dataDir]);
    expect(run.status).toBe(2);
    expect(run.stderr.trim().split('\n')).toHaveLength(1);
    expect(run.stderr).toContain(name);
    rmSync(dataDir, { recursive: true });
  });

  it('rejects an empty folder name in one line, and creates no files', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'tokwatt-cwd-'));
    const run = await refused(['--data-dir', ''], { cwd });
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr.trim().split('\n')).toEqual([expect.stringContaining('--data-dir')]);
    expect(readdirSync(cwd)).toEqual([]);
    rmSync(cwd, { recursive: true });
  });

  it.skipIf(process.platform !== 'linux').each(['/proc/nope', '/proc/nope/deeper'])(
    'refuses a folder that cannot be made, rather than try for ever: %s',
    async (place) => {
      const run = await refused(['--data-dir', place]);
      expect(run).toMatchObject({ code: 2, stdout: '' });
      expect(run.stderr.trim().split('\n')).toEqual([
        expect.stringContaining(`Cannot use the data folder ${place} (ENOENT)`),
      ]);
    },
  );

  it('prints a usable API address when it listens on every address', async () => {
    const tokwatt = await start({ args: ['--upstream', upstream.url, '--bind', '0.0.0.0'] });
    expect(tokwatt.api).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(tokwatt.proxy).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await ask(tokwatt, 'GET', '/api/health')).toMatchObject({ status: 'ok' });
  });

  it('names unknown settings in the log and on the page, and reads the others', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
    const settings = {
      proxyport: 1,
      retention: { activitydays: 1, seriesDays: 20 },
      upstreams: [{ name: 'mine', url: upstream.url, exactusage: true }],
    };
    // With the mark that some editors put before the text.
    writeFileSync(join(dataDir, 'settings.json'), `\uFEFF${JSON.stringify(settings)}`);
    const tokwatt = await start({ dataDir });
    const { warnings } = (await tokwatt.get('/api/health')) as { warnings: string[] };
    expect(warnings).toHaveLength(1);
    for (const name of ['proxyPort', 'retention.activityDays', 'upstreams.0.exactUsage']) {
      expect(warnings[0]).toContain(`${name.replace(/[A-Z]/, (x) => x.toLowerCase())} (is ${name}`);
      expect(tokwatt.stderr()).toContain(`is ${name} meant?`);
    }
    expect(tokwatt.proxies.map((proxy) => proxy.upstream)).toEqual(['mine']);
    expect(await tokwatt.get('/api/settings')).toMatchObject({ retention: { series_days: 20 } });
    await tokwatt.stop();
    rmSync(dataDir, { recursive: true });
  });

  it('names settings.json as the source of a value in settings.json', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
    const one = { name: 'a', url: upstream.url };
    for (const [settings, words] of [
      [{ upstreams: [one, one] }, 'settings.json, upstreams: a: two upstreams'],
      [{ bind: '203.0.113.7' }, 'bind 203.0.113.7 (--bind or settings.json)'],
    ] as const) {
      writeFileSync(join(dataDir, 'settings.json'), JSON.stringify(settings));
      const ports = ['--proxy-port', '0', '--api-port', '0'];
      const run = await runHeadless([...ports, '--data-dir', dataDir]);
      expect(run).toMatchObject({ status: 2, stdout: '' });
      expect(run.stderr).toContain(words);
      expect(run.stderr).not.toContain('--upstream a');
    }
    rmSync(dataDir, { recursive: true });
  });

  it('prints help and version', async () => {
    expect(await runHeadless(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n` });
    const { stdout } = await runHeadless(['--help']);
    for (const flag of [
      '--upstream',
      '--proxy-port',
      '--api-port',
      '--bind',
      '--data-dir',
      'TOKWATT_API_TOKEN',
    ]) {
      expect(stdout).toContain(flag);
    }
  });

  it('rejects invalid queries, other sites and unknown paths with a problem body', async () => {
    const tokwatt = await start({ args: ['--upstream', upstream.url] });
    const status = async (path: string, init?: RequestInit): Promise<unknown[]> => {
      const answer = await fetch(`${tokwatt.api}${path}`, init);
      const body = (await answer.json()) as { detail: string };
      return [answer.status, answer.headers.get('content-type'), body.detail.length > 10];
    };
    const problem = 'application/problem+json';
    expect(await status('/api/top?by=model&limit=none')).toEqual([400, problem, true]);
    expect(await status('/api/top?by=model&limit=0')).toEqual([400, problem, true]);
    expect(await status('/api/activity')).toEqual([401, problem, true]);
    expect(await status('/api/nothing')).toEqual([404, problem, true]);
    expect(await status('/api/health', { method: 'POST' })).toEqual([405, problem, true]);
    const origin = { origin: 'https://evil.example' };
    expect(await status('/api/activity', { headers: origin })).toEqual([403, problem, true]);
  });
});
