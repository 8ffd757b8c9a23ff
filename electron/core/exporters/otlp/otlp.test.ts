import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'valibot';
import type { GpuReading } from '../../../../shared/gpu.ts';
import { otlpSchema } from '../../../../shared/otlp.ts';
import type { OtlpSettings } from '../../../../shared/otlp.ts';
import type { UpstreamState } from '../../../../shared/slices.ts';
import { startOtlpCollector } from '../../../../tests/support/otlp-collector.ts';
import type { OtlpCollector } from '../../../../tests/support/otlp-collector.ts';
import { activityRecord, usageOf } from '../../../../tests/support/records.ts';
import type { Exporter } from '../exporter.ts';
import { createOtlp } from './otlp.ts';
import { NO_PROGRESS } from '../../../../shared/live-exchange.ts';
import type { DeviceBooks } from '../../hardware/energy/device-books.ts';
import { BOOKS, BUDGETS, COST_TODAY } from '../../../../tests/support/energy-fixtures.ts';
import { idleState } from '../../../../tests/support/idle-state.ts';

const UPSTREAM: UpstreamState = {
  name: 'ollama',
  targetUrl: 'http://10.1.2.3:11434',
  proxyUrl: 'http://127.0.0.1:11435',
  kind: 'ollama',
  label: null,
  health: 'up',
  note: null,
  noteSentence: null,
  keyStorage: null,
};
const GPU: GpuReading = {
  index: 0,
  id: 'GPU-1',
  name: 'RTX 4090',
  vendor: 'nvidia',
  utilizationPercent: 50,
  memoryUsedBytes: 6e9,
  memoryTotalBytes: 24e9,
  temperatureC: 61,
  powerW: 301.5,
  powerLimitW: null,
};

let state = idleState({ upstreams: [UPSTREAM] });
const initial = state;
let books: readonly DeviceBooks[] = [];
const logged: string[] = [];
const note = (_: object, message: string): number => logged.push(message);
const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  logged.length = 0;
  state = initial;
  books = [];
});

async function collector(port?: number): Promise<OtlpCollector> {
  const started = await startOtlpCollector(port);
  cleanups.push(() => started.stop());
  return started;
}

function exporters(settings: Partial<OtlpSettings>, onChange = (): void => undefined): Exporter[] {
  const made = createOtlp(
    {
      version: '1.2.3',
      instance: 'instance-1',
      log: { debug: note, info: note, warn: note, error: note },
      snapshot: () => ({ seq: 1, state }),
      books: () => books,
      onChange,
    },
    parse(otlpSchema, { intervalMs: 1_000, ...settings }),
  );
  for (const exporter of made) {
    cleanups.push(() => exporter.stop(2_000, 'quit'));
    exporter.start();
  }
  return [...made];
}

/** A started exporter of metrics. */
function metrics({ url }: { readonly url: string }): Exporter {
  const [exporter] = exporters({ url });
  if (exporter === undefined) throw new Error('no exporter');
  return exporter;
}

const eventually = <T>(check: () => T): Promise<T> =>
  vi.waitFor(check, { timeout: 20_000, interval: 25 });

describe('otlp', () => {
  it('is off without an address, and sends spans only if enabled', async () => {
    const { url } = await collector();
    expect(exporters({})).toEqual([]);
    expect(exporters({ url }).map((exporter) => exporter.state.name)).toEqual(['otlp']);
    const both = exporters({ url, spans: true });
    expect(both.map((exporter) => exporter.state.name)).toEqual(['otlp', 'otlp-spans']);
  });

  it('sends cumulative sums, whatever the environment variables say', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', 'delta');
    cleanups.push(() => Promise.resolve(vi.unstubAllEnvs()));
    const to = await collector();
    const exporter = metrics(to);
    exporter.observe?.(activityRecord({ usage: usageOf(100, 41) }));
    await exporter.stop(2_000, 'quit');
    const [total] = to.points('gen_ai.client.inference.usage.input_tokens');
    expect(total).toMatchObject({ value: 100, temporality: 2 });
  });

  it('sends the metrics of the conventions, with their units, buckets and attributes', async () => {
    const to = await collector();
    const exporter = metrics(to);
    const energyParts = {
      ...{ netJoules: 8, prefillJoules: 2.5, decodeJoules: 10, measuredShare: 1 },
      hasOtherWork: null,
    };
    const usage = {
      ...usageOf(100, 41),
      cachedInputTokens: 60,
      reasoningTokens: 20,
      provenance: {
        input: 'reported',
        cachedInput: 'reported',
        output: 'reported',
        reasoning: 'derived',
      },
    } as const;
    exporter.observe?.(
      activityRecord({ usage, responseModel: 'qwen3:8b-q4', energyJoules: 12.5, energyParts }),
    );
    exporter.observe?.(activityRecord({ inference: false }));
    await exporter.stop(2_000, 'quit');
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'ollama',
      'gen_ai.request.model': 'qwen3:8b',
      'gen_ai.response.model': 'qwen3:8b-q4',
      'server.address': '10.1.2.3',
      'server.port': 11434,
    };
    const told = to
      .names()
      .filter((name) => /^(gen_ai|tokwatt\.(energy|rated))/.test(name))
      .flatMap((name) => to.points(name))
      .map(({ name, unit, kind, value, count }) => [name, unit, kind, value, count]);
    expect(told).toEqual([
      ['gen_ai.client.inference.operation.input_tokens', '{token}', 'histogram', 100, 1],
      ['gen_ai.client.inference.operation.output_tokens', '{token}', 'histogram', 41, 1],
      ['gen_ai.client.inference.usage.cache_read.input_tokens', '{token}', 'sum', 60, 0],
      ['gen_ai.client.inference.usage.input_tokens', '{token}', 'sum', 100, 0],
      ['gen_ai.client.inference.usage.output_tokens', '{token}', 'sum', 41, 0],
      ['gen_ai.client.inference.usage.reasoning.output_tokens', '{token}', 'sum', 20, 0],
      ['gen_ai.client.operation.duration', 's', 'histogram', 2, 1],
      ['gen_ai.client.token.usage', '{token}', 'histogram', 100, 1],
      ['gen_ai.client.token.usage', '{token}', 'histogram', 41, 1],
      ['gen_ai.server.request.duration', 's', 'histogram', 2, 1],
      ['gen_ai.server.time_per_output_token', 's', 'histogram', 0.0425, 1],
      ['gen_ai.server.time_to_first_token', 's', 'histogram', 0.3, 1],
      ['tokwatt.energy', 'J', 'sum', 12.5, 0],
      ['tokwatt.energy.net', 'J', 'sum', 8, 0],
      ['tokwatt.rated.energy', 'J', 'sum', 12.5, 0],
      ['tokwatt.rated.net_energy', 'J', 'sum', 8, 0],
      ['tokwatt.rated.net_output_tokens', '{token}', 'sum', 41, 0],
      ['tokwatt.rated.output_tokens', '{token}', 'sum', 41, 0],
    ]);
    const [duration] = to.points('gen_ai.client.operation.duration');
    expect(duration?.attributes).toEqual(attributes);
    expect(duration?.bounds.slice(0, 14)).toEqual([
      0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
    ]);
    expect(duration?.bounds.at(-1)).toBeGreaterThan(1_800);
    expect(duration?.buckets.indexOf(1)).toBe(8);
    const [first] = to.points('gen_ai.server.time_to_first_token');
    expect(first?.bounds.at(-1)).toBeGreaterThanOrEqual(600);
    const [input] = to.points('gen_ai.client.token.usage', { 'gen_ai.token.type': 'input' });
    expect(input?.attributes).toEqual({ ...attributes, 'gen_ai.token.type': 'input' });
    expect(input?.bounds).toEqual(Array.from({ length: 14 }, (_, i) => 4 ** i));
    const [total] = to.points('gen_ai.client.inference.usage.input_tokens');
    expect(total?.attributes).toEqual({ ...attributes, 'gen_ai.token.modality': 'unknown' });
    expect(total).toMatchObject({ monotonic: true, temporality: 2 });
    expect(to.resource()).toMatchObject({
      'service.name': 'tokwatt',
      'service.version': '1.2.3',
      'service.instance.id': 'instance-1',
      'host.name': hostname(),
    });
  });

  it('uses one name of a model in metrics, requests and answers', async () => {
    const to = await collector();
    const exporter = metrics(to);
    for (const model of ['plain', 'plain:latest', 'library/plain']) {
      exporter.observe?.(activityRecord({ model, countedModel: 'plain', responseModel: model }));
    }
    await exporter.stop(2_000, 'quit');
    const points = to.points('gen_ai.client.operation.duration');
    expect(points.map(({ count, attributes }) => [count, attributes])).toEqual([
      [
        3,
        expect.objectContaining({
          'gen_ai.request.model': 'plain',
          'gen_ai.response.model': 'plain',
        }),
      ],
    ]);
  });

  it('records no unknown values, and marks estimates', async () => {
    const to = await collector();
    const exporter = metrics(to);
    const { timing } = activityRecord();
    const unknown = { ...timing, timeToFirstTokenMs: null, decodeMs: null };
    exporter.observe?.(
      activityRecord({ usage: usageOf(null, null), timing: unknown, stream: false }),
    );
    exporter.observe?.(
      activityRecord({ usage: usageOf(-1, NaN), model: null, responseModel: null }),
    );
    exporter.observe?.(
      activityRecord({ usage: usageOf(30, 5, 'estimated'), error: 'client_aborted' }),
    );
    exporter.observe?.(activityRecord({ usage: usageOf(7, 3) }));
    await exporter.stop(2_000, 'quit');
    const input = to.points('gen_ai.client.inference.usage.input_tokens');
    expect(input.map(({ value, attributes }) => [value, attributes['tokwatt.estimated']])).toEqual([
      [30, true],
      [7, undefined],
    ]);
    const usage = to.points('gen_ai.client.token.usage', { 'tokwatt.estimated': true });
    expect(usage.map(({ value }) => value).sort()).toEqual([30, 5]);
    expect(to.points('gen_ai.client.inference.usage.reasoning.output_tokens')).toEqual([]);
    const durations = to.points('gen_ai.client.operation.duration');
    expect(durations.map(({ count, attributes }) => [count, attributes['error.type']])).toEqual([
      [2, undefined],
      [1, undefined],
      [1, 'client_aborted'],
    ]);
    expect(durations[1]?.attributes).not.toHaveProperty('gen_ai.request.model');
    const perToken = to.points('gen_ai.server.time_per_output_token');
    expect(perToken.map(({ count }) => count)).toEqual([1]);
  });

  it('names errors by status or kind, and names no server if none was reached', async () => {
    const to = await collector();
    const exporter = metrics(to);
    exporter.observe?.(activityRecord({ error: 'http_error', status: 404 }));
    exporter.observe?.(activityRecord({ error: 'upstream_unreachable', status: 502 }));
    await exporter.stop(2_000, 'quit');
    const types = (name: string): unknown[] =>
      to.points(name).map(({ attributes }) => attributes['error.type']);
    expect(types('gen_ai.client.operation.duration')).toEqual(['404', 'upstream_unreachable']);
    expect(types('gen_ai.server.request.duration')).toEqual(['404']);
    expect(types('gen_ai.server.time_to_first_token')).toEqual([]);
  });

  it('limits the series of 500 invented models and loses no exchange', async () => {
    const to = await collector();
    const exporter = metrics(to);
    for (let i = 0; i < 500; i += 1) {
      exporter.observe?.(activityRecord({ model: `made-up-${i}`, responseModel: `x${i}` }));
    }
    await exporter.stop(5_000, 'quit');
    const points = to.points('gen_ai.client.operation.duration');
    expect(points).toHaveLength(51);
    expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(500);
    const [other] = to.points('gen_ai.client.operation.duration', {
      'gen_ai.request.model': 'other',
    });
    expect(other?.count).toBe(450);
  });

  it('reports GPUs while their readings arrive, and requests in flight', async () => {
    const to = await collector();
    const gpu = {
      status: 'live',
      source: 'nvidia-smi',
      note: null,
      noteSentence: null,
      at: 1,
      gpus: [GPU],
    } as const;
    const live = {
      id: '1',
      startedAt: 0,
      upstream: 'ollama',
      api: 'ollama',
      operation: 'chat',
      endpoint: '/api/chat',
      model: 'a',
      countedModel: 'a',
      application: null,
      sessionId: null,
      sessionSource: null,
      phase: 'waiting',
      inputTokens: null,
      outputTokensSoFar: 0,
      progress: NO_PROGRESS,
    } as const;
    state = { ...initial, gpu, inFlight: [live] };
    metrics(to);
    const about = { 'hw.id': 'GPU-1', 'hw.model': 'RTX 4090', 'hw.vendor': 'nvidia' };
    const [busy] = await eventually(() => {
      expect(to.points('hw.gpu.utilization')).toHaveLength(1);
      return to.points('hw.gpu.utilization', about);
    });
    expect(busy).toMatchObject({ value: 0.5, unit: '1', kind: 'gauge' });
    expect(to.points('hw.gpu.memory.usage', about)[0]).toMatchObject({ value: 6e9, unit: 'By' });
    expect(to.points('hw.gpu.memory.limit', about)[0]).toMatchObject({
      value: 24e9,
      kind: 'sum',
      monotonic: false,
    });
    expect(to.points('hw.gpu.memory.utilization', about)[0]?.value).toBe(0.25);
    expect(to.points('hw.power', { ...about, 'hw.type': 'gpu' })[0]?.value).toBe(301.5);
    expect(to.points('hw.temperature', about)[0]).toMatchObject({ value: 61, unit: 'Cel' });
    expect(to.points('tokwatt.gpu.power.limit')).toEqual([]);
    const active = (phase: string): number | undefined =>
      to.points('tokwatt.requests.active', { 'tokwatt.phase': phase })[0]?.value;
    expect([active('waiting'), active('generating')]).toEqual([1, 0]);
    const lostAt = Date.now();
    state = { ...initial, gpu: { ...gpu, status: 'lost' } };
    await eventually(() => {
      const [newest] = to.points('tokwatt.requests.active', { 'tokwatt.phase': 'waiting' });
      expect(newest?.value).toBe(0);
      expect(newest?.at).toBeGreaterThan(lostAt + 1_000);
    });
    expect(to.points('hw.gpu.utilization')[0]?.at).toBeLessThan(lostAt + 1_000);
  });

  it('sends the energy of the devices, the cost of today and the budgets', async () => {
    const to = await collector();
    books = BOOKS;
    state = { ...initial, cost: COST_TODAY, budgets: BUDGETS };
    const exporter = metrics(to);
    await exporter.stop(2_000, 'quit');
    const about = { 'hw.id': 'GPU-1', 'hw.type': 'gpu' };
    const energy = (use: string, attributes: object = about) =>
      to.points('tokwatt.device.energy', { ...attributes, 'tokwatt.energy.use': use })[0];
    expect(energy('attributed')).toMatchObject({
      ...{ value: 900, unit: 'J', kind: 'sum', monotonic: true, temporality: 2 },
    });
    expect([energy('idle')?.value, energy('other')?.value]).toEqual([90, 10]);
    expect(energy('idle', { ...about, 'hw.id': '0000:03:00.0' })?.value).toBe(0);
    expect(to.points('tokwatt.device.energy', { 'hw.id': 'wall' })).toEqual([]);
    expect(to.points('tokwatt.wall.energy')).toMatchObject([{ value: 2_000, monotonic: true }]);
    const euro = { 'tokwatt.currency': 'EUR' };
    expect(to.points('tokwatt.today.cost', euro)).toMatchObject([{ value: 0.15, kind: 'gauge' }]);
    expect(to.points('tokwatt.today.energy')).toMatchObject([{ value: 1.8e6, unit: 'J' }]);
    expect(to.points('tokwatt.today.co2')).toMatchObject([{ value: 190, unit: 'g' }]);
    const values = (name: string): unknown[] => to.points(name).map(({ value }) => value);
    expect(values('tokwatt.budget.used')).toEqual([0, 1.8e6]);
    expect(values('tokwatt.budget.limit')).toEqual([1_000, 7.2e6, 5]);
    expect(values('tokwatt.budget.utilization')).toEqual([0, 0.25]);
    const power = { 'tokwatt.budget.name': 'power', 'tokwatt.budget.unit': 'joules' };
    expect(to.points('tokwatt.budget.limit', power)).toHaveLength(1);
  });

  it('sends none of them while nothing of it is known', async () => {
    const to = await collector();
    const exporter = metrics(to);
    await exporter.stop(2_000, 'quit');
    expect(to.names().filter((name) => /tokwatt\.(device|wall|today|budget)/.test(name))).toEqual(
      [],
    );
    expect(to.names()).toContain('tokwatt.requests.active');
  });

  it('sends one span for each exchange, with its times and names', async () => {
    const to = await collector();
    const [, spans] = exporters({ url: `${to.url}/`, spans: true });
    const record = activityRecord({
      usage: usageOf(29, 42),
      finishReason: 'stop',
      client: { ...activityRecord().client, application: 'curl', tag: 'nightly' },
      energyJoules: 20,
      energyParts: {
        ...{ netJoules: 12, prefillJoules: null, decodeJoules: null, measuredShare: 0.5 },
        hasOtherWork: false,
      },
    });
    spans?.observe?.(record);
    spans?.observe?.(activityRecord({ error: 'http_error', status: 500, operation: 'completion' }));
    await spans?.stop(5_000, 'quit');
    expect(spans?.state).toMatchObject({ status: 'ok', message: null });
    const [good, bad] = to.spans;
    expect(good).toMatchObject({
      name: 'chat qwen3:8b',
      kind: 3,
      parentId: '',
      startedAt: record.startedAt,
      endedAt: record.startedAt + 2_000,
      status: { code: 0 },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'ollama',
        'gen_ai.request.model': 'qwen3:8b',
        'gen_ai.request.stream': true,
        'gen_ai.usage.input_tokens': 29,
        'gen_ai.usage.output_tokens': 42,
        'gen_ai.response.finish_reasons': ['stop'],
        'server.address': '10.1.2.3',
        'tokwatt.client.application': 'curl',
        'tokwatt.client.tag': 'nightly',
        'tokwatt.energy': 20,
        'tokwatt.energy.net': 12,
        'tokwatt.energy.measured_share': 0.5,
        'tokwatt.energy.other_work': false,
      },
    });
    expect(good?.attributes).not.toHaveProperty('gen_ai.usage.reasoning.output_tokens');
    expect(good?.attributes).not.toHaveProperty(['tokwatt.energy.prefill']);
    expect(bad).toMatchObject({
      name: 'text_completion qwen3:8b',
      status: { code: 2, message: 'http_error' },
      attributes: { 'error.type': '500' },
    });
    expect(bad?.traceId).not.toBe(good?.traceId);
    expect(to.requests.map(({ path }) => path)).toContain('/v1/traces');
  });

  it('reports an unreachable collector once, and resumes when it is reachable', async () => {
    const port = await freePort();
    let changes = 0;
    const url = `http://127.0.0.1:${port}`;
    const [exporter] = exporters({ url }, () => (changes += 1));
    expect(exporter?.state).toMatchObject({
      name: 'otlp',
      status: 'starting',
      lastSuccessAt: null,
    });
    exporter?.observe?.(activityRecord());
    await eventually(() => expect(changes).toBeGreaterThanOrEqual(2));
    expect(exporter?.state).toMatchObject({
      status: 'failing',
      message: `Nothing listens at ${url}; start the collector, or correct otlp.url in settings.json.`,
      lastSuccessAt: null,
    });
    expect(logged).toHaveLength(1);
    const to = await collector(port);
    await eventually(() => expect(exporter?.state.status).toBe('ok'));
    expect(exporter?.state.message).toBeNull();
    expect(exporter?.state.lastSuccessAt).toBeGreaterThan(0);
    // Requests during the outage are not lost.
    expect(to.points('gen_ai.client.operation.duration')[0]?.count).toBe(1);
    expect(logged).toEqual([expect.stringContaining('Nothing listens'), 'the collector is back']);
  });

  it.each([
    [401, 'otlp.headers'],
    [404, 'base address'],
    [400, 'its log says why'],
    [503, 'overloaded'],
  ])('says what to do about an answer of %i', async (status, hint) => {
    const to = await collector();
    to.answerWith(status);
    const exporter = metrics(to);
    await eventually(() => expect(exporter.state.status).toBe('failing'));
    expect(exporter.state.message).toContain(hint);
    expect(exporter.state.message).not.toContain('\n');
  });

  it('sends its headers and never shows them', async () => {
    const to = await collector();
    const secret = 'Bearer very-secret';
    const [exporter] = exporters({ url: to.url, headers: { authorization: secret } });
    await eventually(() => expect(exporter?.state.status).toBe('ok'));
    expect(to.requests[0]?.headers.authorization).toBe(secret);
    expect(to.requests[0]?.headers['content-type']).toBe('application/x-protobuf');
    to.answerWith(403);
    await eventually(() => expect(exporter?.state.status).toBe('failing'));
    expect(JSON.stringify([exporter?.state, logged])).not.toContain('very-secret');
  });

  it('ends within its time limit if the collector never answers', async () => {
    const to = await collector();
    to.answerWith(0);
    const [exporter] = exporters({ url: to.url, intervalMs: 60_000 });
    await eventually(() => expect(to.requests.length).toBeGreaterThan(0));
    const before = performance.now();
    await exporter?.stop(200, 'quit');
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});

/** A port on which no server listens. */
async function freePort(): Promise<number> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
