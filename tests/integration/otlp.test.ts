import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { version } from '../../package.json';
import { freePort } from '../support/free-port.ts';
import { startHeadless } from '../support/headless.ts';
import type { Headless } from '../support/headless.ts';
import { startOtlpCollector } from '../support/otlp-collector.ts';
import type { OtlpCollector } from '../support/otlp-collector.ts';
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
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  upstream = await startRecordedUpstream(PACED);
});
afterAll(() => upstream.stop());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function collector(port?: number): Promise<OtlpCollector> {
  const started = await startOtlpCollector(port);
  cleanups.push(() => started.stop().catch(() => undefined));
  return started;
}

async function start(otlp: object, dataDir = tempDir()): Promise<Headless> {
  writeFileSync(join(dataDir, 'settings.json'), JSON.stringify({ otlp }));
  const tokwatt = await startHeadless({ dataDir, args: ['--upstream', `gpu=${upstream.url}`] });
  const { process: child } = tokwatt;
  cleanups.push(() => (child.exitCode === null ? tokwatt.stop() : Promise.resolve()));
  return tokwatt;
}

function tempDir(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-data-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const PROMPT = 'a prompt that stays here';

async function chat({ proxy }: Headless, body: object = {}): Promise<string> {
  const messages = [{ role: 'user', content: PROMPT }];
  const answer = await fetch(`${proxy}/api/chat`, {
    method: 'POST',
    body: JSON.stringify({ model: MODEL, messages, ...body }),
  });
  return answer.text();
}

const eventually = <T>(check: () => T): Promise<T> =>
  vi.waitFor(check, { timeout: 30_000, interval: 50 });

/** Waits until the server behind is recognised, and the exporter has looked since. */
async function recognised(tokwatt: Headless, to: OtlpCollector): Promise<void> {
  await vi.waitFor(
    async () => {
      const { upstreams } = (await tokwatt.get('/api/health')) as { upstreams: { kind: string }[] };
      expect(upstreams[0]?.kind).toBe('ollama');
    },
    { timeout: 30_000, interval: 50 },
  );
  const messages = to.requests.length;
  await eventually(() => expect(to.requests.length).toBeGreaterThan(messages + 1));
}

describe('otlp from the whole program', () => {
  it('reports the exact token counts of the traffic', async () => {
    const to = await collector();
    const tokwatt = await start({ url: to.url, intervalMs: 1_000, spans: true });
    await recognised(tokwatt, to);
    await chat(tokwatt);
    await chat(tokwatt);
    await chat(tokwatt, { stream: false });
    await fetch(`${tokwatt.proxy}/api/version`);
    const series = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'ollama',
      'gen_ai.request.model': MODEL,
      'gen_ai.response.model': MODEL,
      'server.address': '127.0.0.1',
      'server.port': upstream.port,
    };
    const newest = (name: string, more = {}) => to.points(name, { ...series, ...more })[0];
    await eventually(() => expect(newest('gen_ai.client.operation.duration')?.count).toBe(3));
    expect(to.points('gen_ai.client.operation.duration')).toHaveLength(1);
    const usage = (type: string) =>
      newest('gen_ai.client.token.usage', { 'gen_ai.token.type': type });
    expect(usage('input')).toMatchObject({ count: 3, value: 3 * INPUT_TOKENS, unit: '{token}' });
    expect(usage('output')).toMatchObject({ count: 3, value: 3 * OUTPUT_TOKENS });
    const total = (name: string) => newest(`gen_ai.client.inference.usage.${name}`)?.value;
    expect(total('input_tokens')).toBe(3 * INPUT_TOKENS);
    expect(total('output_tokens')).toBe(3 * OUTPUT_TOKENS);
    expect(total('cache_read.input_tokens')).toBe(3 * CACHED_TOKENS);
    expect(total('reasoning.output_tokens')).toBeUndefined();
    const rows = (await tokwatt.activity(4)).filter(({ inference }) => inference);
    const seconds = rows.reduce((sum, { timing }) => sum + timing.duration_ms, 0) / 1_000;
    expect(newest('gen_ai.server.request.duration')?.value).toBeCloseTo(seconds, 5);
    expect(newest('gen_ai.server.time_to_first_token')?.count).toBe(2);
    expect(newest('gen_ai.server.time_per_output_token')?.count).toBe(3);
    expect(to.points('tokwatt.requests.active').map(({ value }) => value)).toEqual([0, 0]);
    expect(to.resource()).toMatchObject({ 'service.name': 'tokwatt', 'service.version': version });

    expect(await tokwatt.stop()).toBe(0);
    expect(to.spans.map(({ name }) => name)).toEqual(Array(3).fill(`chat ${MODEL}`));
    expect(to.spans.map(({ startedAt }) => startedAt).sort()).toEqual(
      rows.map(({ started_at }) => started_at).sort(),
    );
    expect(to.text()).not.toContain(PROMPT);
  });

  it('sends once more at the end', async () => {
    const to = await collector();
    const tokwatt = await start({ url: to.url, intervalMs: 3_600_000, spans: true });
    await chat(tokwatt);
    await tokwatt.activity(1);
    expect(await tokwatt.stop()).toBe(0);
    expect(to.points('gen_ai.client.operation.duration')[0]?.count).toBe(1);
    expect(to.spans).toHaveLength(1);
  });

  it('keeps the instance after a restart, and starts its sums at zero', async () => {
    const to = await collector();
    const dataDir = tempDir();
    const settings = { url: to.url, intervalMs: 1_000 };
    const first = await start(settings, dataDir);
    await chat(first);
    await first.stop();
    const { 'service.instance.id': instance } = to.resource();
    const [before] = to.points('gen_ai.client.operation.duration');
    const second = await start(settings, dataDir);
    await chat(second);
    await second.stop();
    expect(to.resource()['service.instance.id']).toBe(instance);
    const points = to.points('gen_ai.client.operation.duration');
    const after = points.at(-1);
    expect(after?.count).toBe(1);
    expect(after?.startedAt).toBeGreaterThan(before?.at ?? Infinity);
  });

  it('reports once that the collector is down, lets traffic pass, and resumes later', async () => {
    const gone = await collector(await freePort());
    await gone.stop();
    const tokwatt = await start({ url: gone.url, intervalMs: 1_000, spans: true });
    const said = (text: string): number => tokwatt.stderr().split(text).length - 1;
    await eventually(() => expect(said('Nothing listens at')).toBeGreaterThan(0));
    const bodies = await Promise.all(Array.from({ length: 20 }, () => chat(tokwatt)));
    expect(new Set(bodies).size).toBe(1);
    await tokwatt.activity(20);
    const to = await collector(gone.port);
    // By then its server may have been recognised in between, which makes two series of them.
    const count = (): number =>
      to.points('gen_ai.client.operation.duration').reduce((sum, point) => sum + point.count, 0);
    await eventually(() => expect(count()).toBe(20));
    await eventually(() => expect(said('the collector is back')).toBeGreaterThan(0));
    // One for the metrics, one for the spans.
    expect(said('Nothing listens at')).toBeLessThanOrEqual(2);
    expect(await tokwatt.stop()).toBe(0);
  });

  it('stops in time if the collector accepts everything and never answers', async () => {
    const to = await collector();
    to.answerWith(0);
    const tokwatt = await start({ url: to.url, intervalMs: 60_000, spans: true });
    await chat(tokwatt);
    await eventually(() => expect(to.requests.length).toBeGreaterThan(0));
    expect(await tokwatt.stop()).toBe(0);
  });
});
