import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../package.json';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { prometheusObstacle, startPrometheus } from '../support/prometheus-server.ts';
import { matching, parseMetrics, sumOf } from '../support/prometheus-text.ts';
import type { Sample } from '../support/prometheus-text.ts';
import {
  CACHED_TOKENS,
  INPUT_TOKENS,
  MODEL,
  OUTPUT_TOKENS,
  PACED,
  startRecordedUpstream,
} from '../support/recorded-upstream.ts';
import type { RecordedUpstream } from '../support/recorded-upstream.ts';

const obstacle = prometheusObstacle();
const skipped = obstacle === null ? '' : ` (skipped: ${obstacle})`;
/** Its name is the other stack's, unit and all, and so it is told apart; promtool wants seconds. */
const TOLERATED = 'ollama_request_latency_ms metric names should not contain abbreviated units';

let upstream: RecordedUpstream;
const cleanups: (() => Promise<unknown>)[] = [];

async function start(...args: Parameters<typeof startHeadless>): Promise<Headless> {
  const [options] = args;
  const tokwatt = await startHeadless({
    ...options,
    args: ['--upstream', `gpu=${upstream.url}`, ...(options?.args ?? [])],
  });
  const { process: child } = tokwatt;
  cleanups.push(() => (child.signalCode === null ? tokwatt.stop() : Promise.resolve()));
  return tokwatt;
}

async function chat(tokwatt: Headless, model = MODEL): Promise<void> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] });
  const answer = await fetch(`${tokwatt.proxy}/api/chat`, { method: 'POST', body });
  await answer.text();
}

const text = async (url: string): Promise<string> => (await fetch(url)).text();

/** Scrapes until `count` requests are counted; a record is made right after its answer's end. */
async function scrape({ api }: Headless, count: number): Promise<Sample[]> {
  for (let tries = 0; tries < 200; tries += 1) {
    const samples = parseMetrics(await text(`${api}/metrics`));
    if ((sumOf(samples, 'ollama_requests_total') ?? 0) >= count) return samples;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`There were never ${count} requests.`);
}

async function promtool(metrics: string): Promise<string[]> {
  const child = spawn('promtool', ['check', 'metrics']);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stdin.end(metrics);
  await once(child, 'close');
  return said.trim().split('\n');
}

function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

beforeAll(async () => {
  upstream = await startRecordedUpstream(PACED);
});
afterAll(() => upstream.stop());
afterEach(async () => {
  // Newest first: a data folder goes after the program in it.
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('metrics over HTTP', () => {
  it('are served under two paths, the other stack’s names under one of them', async () => {
    const tokwatt = await start();
    const answer = await fetch(`${tokwatt.api}/metrics`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const types = (metrics: string): string[] => metrics.match(/^# TYPE .*$/gm) ?? [];
    expect(types(await text(`${tokwatt.api}/api/metrics`))).toEqual([
      ...types(await answer.text()),
      '# TYPE ollama_request_latency_ms histogram',
      '# TYPE ollama_uptime_seconds gauge',
    ]);
    const wrong = await fetch(`${tokwatt.api}/metrics`, { method: 'POST' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    const foreign = { headers: { origin: 'https://example.com' } };
    expect((await fetch(`${tokwatt.api}/metrics`, foreign)).status).toBe(403);
  });

  it('report the proxy’s traffic', async () => {
    const tokwatt = await start();
    await chat(tokwatt);
    await chat(tokwatt);
    const samples = await scrape(tokwatt, 2);
    const series = { upstream: 'gpu', model: MODEL };
    const sum = (name: string, labels = {}): number | null => sumOf(samples, name, labels);
    expect(sum('ollama_requests_total', { model: MODEL })).toBe(2);
    expect(sum('ollama_tokens_processed_total', { model: MODEL })).toBe(2 * INPUT_TOKENS);
    expect(sum('ollama_tokens_generated_total', { model: MODEL })).toBe(2 * OUTPUT_TOKENS);
    expect(sum('ollama_errors_total', { model: MODEL })).toBe(0);
    expect(sum('ollama_inflight_requests', { model: MODEL })).toBe(0);
    expect(sum('ollama_eval_duration_seconds_sum')).toBeCloseTo(1.2, 6);
    expect(sum('ollama_tokens_per_second_bucket', { le: '10' })).toBe(2);
    const requests = { ...series, operation: 'chat', outcome: 'ok' };
    expect(sum('tokwatt_requests_total', requests)).toBe(2);
    const tokens = { ...series, estimated: 'no' };
    expect(sum('tokwatt_tokens_total', { ...tokens, kind: 'cached' })).toBe(2 * CACHED_TOKENS);
    expect(sum('tokwatt_tokens_total', { ...tokens, direction: 'input' })).toBe(2 * INPUT_TOKENS);
    expect(sum('tokwatt_time_to_first_token_seconds_count', series)).toBe(2);
    expect(sum('tokwatt_build_info', { version })).toBe(1);
  });

  it('survive 500 made-up models', async () => {
    const tokwatt = await start();
    const names = Array.from({ length: 500 }, (_, i) => `made "up"\n№ ${i}`);
    for (let i = 0; i < names.length; i += 25) {
      await Promise.all(names.slice(i, i + 25).map((model) => chat(tokwatt, model)));
    }
    const samples = await scrape(tokwatt, 500);
    const own = matching(samples, 'tokwatt_requests_total');
    expect(own).toHaveLength(201);
    expect(sumOf(own, 'tokwatt_requests_total')).toBe(500);
    expect(sumOf(own, 'tokwatt_requests_total', { model: 'other' })).toBe(300);
    const counts = matching(samples, 'tokwatt_request_duration_seconds_count');
    expect(counts).toHaveLength(51);
    expect(sumOf(counts, 'tokwatt_request_duration_seconds_count')).toBe(500);
    expect(names).toContain(own[0]?.labels.model);
    expect(sumOf(samples, 'ollama_requests_total', { model: 'other' })).toBe(300);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'do not go back over a restart after %s',
    async (signal) => {
      const dataDir = tempDir();
      const first = await start({ dataDir });
      for (let i = 0; i < 5; i += 1) await chat(first);
      await fetch(`${first.proxy}/api/tags`);
      const before = await scrape(first, 5);
      await first.stop(signal);
      const second = await start({ dataDir });
      const after = await scrape(second, 5);
      const kept = before.filter(({ name }) => name.endsWith('_total'));
      // Energy is told only where GPUs tell their power.
      const energy = /^tokwatt_(energy|rated)_/;
      const names = new Set(kept.map(({ name }) => name).filter((name) => !energy.test(name)));
      expect([...names].sort()).toEqual([
        'ollama_errors_total',
        'ollama_requests_total',
        'ollama_tokens_generated_total',
        'ollama_tokens_processed_total',
        'tokwatt_other_requests_total',
        'tokwatt_requests_total',
        'tokwatt_tokens_total',
      ]);
      for (const { name, labels, value } of kept) {
        expect(sumOf(after, name, labels), name).toBe(value);
      }
      await chat(second);
      expect(sumOf(await scrape(second, 6), 'ollama_requests_total')).toBe(6);
    },
  );
});

describe.skipIf(obstacle !== null)(`metrics and Prometheus${skipped}`, () => {
  it('pass promtool check metrics', async () => {
    const tokwatt = await start();
    await chat(tokwatt);
    await chat(tokwatt, 'say "hi"\n日本語 \\o/ {a="b"}');
    await scrape(tokwatt, 2);
    expect(await promtool(await text(`${tokwatt.api}/metrics`))).toEqual(['']);
    expect(await promtool(await text(`${tokwatt.api}/api/metrics`))).toEqual([TOLERATED]);
  });

  it('are scraped, kept and queried, without a reset over a restart', async () => {
    const dataDir = tempDir();
    const first = await start({ dataDir });
    const odd = 'say "hi"\n日本語 \\o/ {a="b"}';
    await chat(first);
    await chat(first);
    await chat(first, odd);
    await scrape(first, 3);
    const prometheus = await startPrometheus(first.api);
    cleanups.push(() => prometheus.stop());
    const [counted] = await prometheus.until(
      `ollama_tokens_generated_total{model="${MODEL}"}`,
      (answers) => answers.length > 0,
    );
    expect(counted?.value).toBe(2 * OUTPUT_TOKENS);
    const requests = await prometheus.query('sum by (model) (tokwatt_requests_total)');
    expect(requests.map(({ metric }) => metric.model).sort()).toEqual([MODEL, odd].sort());
    const [median] = await prometheus.query(
      `histogram_quantile(0.5, ollama_tokens_per_second_bucket{model="${MODEL}"})`,
    );
    expect(median?.value).toBeGreaterThan(5);
    expect(median?.value).toBeLessThanOrEqual(10);

    await first.stop();
    const second = await start({ dataDir, args: ['--api-port', new URL(first.api).port] });
    await chat(second);
    const all = 'sum(ollama_requests_total)';
    await prometheus.until(all, ([answer]) => answer?.value === 4);
    const resets = async (name: string): Promise<number[]> =>
      (await prometheus.query(`resets(${name}[1h])`)).map(({ value }) => value);
    for (const name of ['requests', 'errors', 'tokens_processed', 'tokens_generated']) {
      expect(await resets(`ollama_${name}_total`), name).toEqual([0, 0]);
    }
    expect(await resets('tokwatt_requests_total')).toEqual([0, 0]);
    // Input, cached and output of two models.
    expect(await resets('tokwatt_tokens_total')).toEqual([0, 0, 0, 0, 0, 0]);
    // The check can fail: what begins at zero with each start does reset.
    expect(await resets('tokwatt_request_duration_seconds_count')).toContain(1);
  });
});
