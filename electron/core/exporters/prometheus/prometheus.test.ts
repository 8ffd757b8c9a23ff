import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import type { GpuReading } from '../../../../shared/gpu.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { NO_PROGRESS } from '../../../../shared/live-exchange.ts';
import type { LiveExchange } from '../../../../shared/live-exchange.ts';
import { matching, parseMetrics, sumOf } from '../../../../tests/support/prometheus-text.ts';
import type { Sample } from '../../../../tests/support/prometheus-text.ts';
import { activityRecord, usageOf } from '../../../../tests/support/records.ts';
import { emptyStats, fold, statsSchema } from '../../records/totals/stats.ts';
import { Prometheus } from './prometheus.ts';
import type { DeviceBooks } from '../../hardware/energy/device-books.ts';
import { BOOKS, BUDGETS, COST_TODAY } from '../../../../tests/support/energy-fixtures.ts';
import { idleState } from '../../../../tests/support/idle-state.ts';

const stored = (): Promise<void> => Promise.resolve();

/** A fake core with only the parts that Prometheus reads. */
class Core {
  state = idleState({
    ledger: { status: 'ok', message: null, messageSentence: null, waiting: 3, dropped: 2 },
  });
  stats = emptyStats(0);
  books: readonly DeviceBooks[] = [];
  #id = 0;
  readonly prometheus: Prometheus;

  constructor(store = stored) {
    this.prometheus = new Prometheus({
      snapshot: () => ({ seq: 1, state: this.state }),
      stats: () => this.stats,
      books: () => this.books,
      store,
    });
  }

  add(given: Partial<ActivityRecord> = {}): void {
    const record = activityRecord({ ...given, id: (this.#id += 1) });
    this.stats = fold(this.stats, record);
    this.prometheus.observe(record);
  }

  async samples(): Promise<Sample[]> {
    return parseMetrics(await this.prometheus.scrape());
  }
}

const gpu = (given: Partial<GpuReading> = {}): GpuReading => ({
  index: 0,
  id: 'GPU-1',
  name: 'RTX 4090',
  vendor: 'nvidia',
  utilizationPercent: 50,
  memoryUsedBytes: 1e9,
  memoryTotalBytes: 24e9,
  temperatureC: 61,
  powerW: null,
  powerLimitW: 450,
  ...given,
});

const live = (model: string): LiveExchange => ({
  id: '1',
  startedAt: 0,
  upstream: 'ollama',
  api: 'ollama',
  operation: 'chat',
  endpoint: '/api/chat',
  model,
  countedModel: model,
  application: null,
  sessionId: null,
  sessionSource: null,
  phase: 'generating',
  inputTokens: null,
  outputTokensSoFar: 1,
  progress: NO_PROGRESS,
});

const HISTOGRAMS = [
  'tokwatt_request_duration_seconds',
  'tokwatt_time_to_first_token_seconds',
  'tokwatt_output_tokens_per_second',
  'ollama_response_seconds',
  'ollama_load_duration_seconds',
  'ollama_prompt_eval_duration_seconds',
  'ollama_eval_duration_seconds',
  'ollama_tokens_per_second',
  'ollama_request_latency_ms',
];

describe('prometheus', () => {
  it('counts requests by upstream, model, operation and outcome', async () => {
    const core = new Core();
    core.add();
    core.add({ error: 'client_aborted' });
    core.add({ inference: false });
    const samples = await core.samples();
    expect(matching(samples, 'tokwatt_requests_total').map(({ labels }) => labels)).toEqual([
      { upstream: 'ollama', model: 'qwen3:8b', operation: 'chat', outcome: 'ok' },
      { upstream: 'ollama', model: 'qwen3:8b', operation: 'chat', outcome: 'client_aborted' },
    ]);
    expect(sumOf(samples, 'tokwatt_requests_total')).toBe(2);
    expect(sumOf(samples, 'ollama_requests_total', { model: 'qwen3:8b' })).toBe(2);
    expect(sumOf(samples, 'ollama_errors_total', { model: 'qwen3:8b' })).toBe(1);
    expect(sumOf(samples, 'tokwatt_other_requests_total')).toBe(1);
  });

  it('labels no series by a model that the server does not know', async () => {
    const core = new Core();
    core.add({ model: 'ghost', countedModel: null, error: 'http_error', status: 404 });
    const samples = await core.samples();
    expect(sumOf(samples, 'ollama_errors_total', { model: 'unknown' })).toBe(1);
    expect(JSON.stringify(samples)).not.toContain('ghost');
  });

  it('labels a model by one name, in flight, finished and loaded', async () => {
    const core = new Core();
    core.add({ model: 'plain:latest', countedModel: 'plain' });
    const { state } = core;
    core.state = { ...state, inFlight: [{ ...live('library/plain'), countedModel: 'plain' }] };
    const samples = await core.samples();
    const labels = samples.flatMap((sample) => sample.labels.model ?? []);
    expect(new Set(labels)).toEqual(new Set(['plain']));
    expect(sumOf(samples, 'ollama_inflight_requests', { model: 'plain' })).toBe(1);
  });

  it('splits tokens into kinds that do not overlap and marks estimates', async () => {
    const core = new Core();
    const reported = usageOf(100, 50);
    core.add({
      usage: {
        ...reported,
        cachedInputTokens: 60,
        reasoningTokens: 20,
        provenance: { ...reported.provenance, cachedInput: 'reported', reasoning: 'derived' },
      },
    });
    core.add({ usage: usageOf(8, 2, 'estimated'), error: 'upstream_died' });
    core.add({ usage: usageOf(null, null) });
    const samples = await core.samples();
    const tokens = Object.fromEntries(
      matching(samples, 'tokwatt_tokens_total').map(({ labels, value }) => [
        `${labels.direction} ${labels.kind} ${labels.estimated}`,
        value,
      ]),
    );
    expect(tokens).toEqual({
      'input input no': 40,
      'input cached no': 60,
      'output output no': 30,
      'output reasoning no': 20,
      'input input yes': 8,
      'output output yes': 2,
    });
    expect(sumOf(samples, 'ollama_tokens_processed_total')).toBe(108);
    expect(sumOf(samples, 'ollama_tokens_generated_total')).toBe(52);
  });

  it('observes durations in seconds, speeds and phases', async () => {
    const core = new Core();
    core.add();
    const samples = await core.samples();
    const series = { upstream: 'ollama', model: 'qwen3:8b' };
    expect(sumOf(samples, 'tokwatt_request_duration_seconds_sum', series)).toBe(2);
    expect(sumOf(samples, 'tokwatt_time_to_first_token_seconds_sum', series)).toBe(0.3);
    expect(sumOf(samples, 'tokwatt_output_tokens_per_second_sum', series)).toBe(70);
    const phases = matching(samples, 'tokwatt_phase_duration_seconds_sum', series);
    expect(phases.map(({ labels, value }) => [labels.phase, value])).toEqual([
      ['load', 0.05],
      ['prefill', 0.056],
      ['decode', 0.6],
    ]);
    const ollama = ['response', 'load_duration', 'prompt_eval_duration', 'eval_duration'].map(
      (name) => sumOf(samples, `ollama_${name}_seconds_sum`, { model: 'qwen3:8b' }),
    );
    expect(ollama).toEqual([2, 0.05, 0.056, 0.6]);
    expect(sumOf(samples, 'ollama_request_latency_ms_sum')).toBe(2_000);
    expect(sumOf(samples, 'ollama_tokens_per_second_bucket', { le: '70' })).toBe(1);
    expect(sumOf(samples, 'ollama_tokens_per_second_bucket', { le: '60' })).toBe(0);
  });

  it('observes no unknown, estimated or impossible values', async () => {
    const core = new Core();
    const { timing, rates } = activityRecord();
    core.add({
      error: 'http_error',
      usage: { ...usageOf(-5, NaN), cachedInputTokens: Infinity },
      timing: {
        ...timing,
        timeToFirstTokenMs: null,
        loadMs: null,
        prefillMs: -1,
        decodeMs: null,
      },
      rates: { ...rates, provenance: { prompt: null, output: 'estimated' } },
    });
    // The sums by model do not check their input; such usage is rejected earlier.
    core.stats = { ...core.stats, ever: emptyStats(0).ever };
    const samples = await core.samples();
    for (const name of HISTOGRAMS) expect(matching(samples, `${name}_count`), name).toEqual([]);
    expect(matching(samples, 'tokwatt_phase_duration_seconds_count')).toEqual([]);
    expect(sumOf(samples, 'tokwatt_requests_total', { outcome: 'http_error' })).toBe(1);
  });

  it('starts counters at their stored values, and the rest at zero', async () => {
    const before = new Core();
    before.add({ energyJoules: 12.5 });
    before.add({ error: 'client_aborted', usage: usageOf(8, 2, 'estimated') });
    before.add({ inference: false });
    const told = await before.prometheus.scrape();
    const after = new Core();
    // The form in the checkpoint.
    after.stats = parse(statsSchema, JSON.parse(JSON.stringify(before.stats)));
    const counters = (metrics: string): string[] =>
      metrics.split('\n').filter((line) => /^[a-z_]+_total[ {]/.test(line));
    expect(counters(told).length).toBeGreaterThanOrEqual(12);
    expect(counters(await after.prometheus.scrape())).toEqual(counters(told));
    const histograms = (await after.samples()).filter(({ name }) => name.endsWith('_count'));
    expect(histograms).toEqual([]);
  });

  it('has no energy of a model while it is unknown', async () => {
    const core = new Core();
    core.add();
    core.add({ model: 'other' });
    expect(matching(await core.samples(), 'tokwatt_energy_joules_total')).toEqual([]);
    core.add({ energyJoules: 12.5 });
    core.add();
    const told = matching(await core.samples(), 'tokwatt_energy_joules_total');
    expect(told.map(({ labels, value }) => [labels.model, value])).toEqual([['qwen3:8b', 12.5]]);
  });

  it('has counters of energy and tokens of the same requests, for ratios', async () => {
    const core = new Core();
    const parts = {
      netJoules: 9,
      prefillJoules: 2,
      decodeJoules: 10,
      measuredShare: 1,
      hasOtherWork: null,
    };
    const usage = { ...usageOf(30, 41), cachedInputTokens: 10 };
    core.add({ energyJoules: 12, energyParts: parts, usage });
    core.add({ energyJoules: 12, energyParts: { ...parts, measuredShare: 0.4 }, usage });
    const samples = await core.samples();
    const told = samples
      .filter(({ name }) => /^tokwatt_(energy|rated)/.test(name))
      .map(({ name, labels, value }) => [name, labels.model, value]);
    expect(told).toEqual([
      ['tokwatt_energy_joules_total', 'qwen3:8b', 24],
      ['tokwatt_energy_net_joules_total', 'qwen3:8b', 18],
      ['tokwatt_rated_energy_joules_total', 'qwen3:8b', 12],
      ['tokwatt_rated_output_tokens_total', 'qwen3:8b', 41],
      ['tokwatt_rated_net_energy_joules_total', 'qwen3:8b', 9],
      ['tokwatt_rated_net_output_tokens_total', 'qwen3:8b', 41],
      ['tokwatt_rated_prefill_energy_joules_total', 'qwen3:8b', 2],
      ['tokwatt_rated_prompt_tokens_total', 'qwen3:8b', 20],
      ['tokwatt_rated_decode_energy_joules_total', 'qwen3:8b', 10],
      ['tokwatt_rated_decode_tokens_total', 'qwen3:8b', 40],
    ]);
  });

  it('reads totals of earlier versions with fewer fields', () => {
    const { series, ...older } = emptyStats(0);
    expect(series).toEqual([]);
    expect(parse(statsSchema, older).series).toEqual([]);
  });

  it('has the energy of the devices, the cost of today and the budgets', async () => {
    const core = new Core();
    core.books = BOOKS;
    core.state = { ...core.state, cost: COST_TODAY, budgets: BUDGETS };
    const told = (samples: readonly Sample[]): unknown[] =>
      samples
        .filter(({ name }) => /^tokwatt_(device|wall|cost|energy_today|co2|budget)/.test(name))
        .map(({ name, labels, value }) => [name, labels, value]);
    const devices = 'tokwatt_device_energy_joules_total';
    expect(told(await core.samples())).toEqual([
      [devices, { device: 'GPU-1', use: 'attributed' }, 900],
      [devices, { device: 'GPU-1', use: 'idle' }, 90],
      [devices, { device: 'GPU-1', use: 'other' }, 10],
      [devices, { device: '0000:03:00.0', use: 'attributed' }, 0],
      [devices, { device: '0000:03:00.0', use: 'idle' }, 0],
      [devices, { device: '0000:03:00.0', use: 'other' }, 0],
      ['tokwatt_wall_energy_joules_total', {}, 2_000],
      ['tokwatt_cost_today', { currency: 'EUR' }, 0.15],
      ['tokwatt_energy_today_joules', {}, 1.8e6],
      ['tokwatt_co2_today_grams', {}, 190],
      ['tokwatt_budget_used', { budget: 'my "tokens"', unit: 'tokens' }, 0],
      ['tokwatt_budget_used', { budget: 'power', unit: 'joules' }, 1.8e6],
      ['tokwatt_budget_limit', { budget: 'my "tokens"', unit: 'tokens' }, 1_000],
      ['tokwatt_budget_limit', { budget: 'power', unit: 'joules' }, 7.2e6],
      ['tokwatt_budget_limit', { budget: 'money', unit: 'EUR' }, 5],
      ['tokwatt_budget_used_ratio', { budget: 'my "tokens"' }, 0],
      ['tokwatt_budget_used_ratio', { budget: 'power' }, 0.25],
    ]);
    // What is not known any more has no sample, and no 0.
    core.books = [];
    const unknown = { ...COST_TODAY, kwh: null, cost: null, co2Grams: null };
    core.state = { ...core.state, cost: unknown, budgets: [] };
    expect(told(await core.samples())).toEqual([]);
    core.state = { ...core.state, cost: null };
    expect(told(await core.samples())).toEqual([]);
  });

  it('has the names of the ollama-local-serve stack only at /api/metrics', async () => {
    const core = new Core();
    core.add();
    const standard = await core.prometheus.scrape('standard');
    const all = await core.prometheus.scrape('all');
    expect(all.startsWith(standard.split('\n', 1)[0] ?? '-')).toBe(true);
    const names = (metrics: string): string[] => metrics.match(/(?<=^# TYPE )\S+/gm) ?? [];
    const standards = new Set(names(standard));
    expect(names(all).filter((name) => !standards.has(name))).toEqual([
      'ollama_request_latency_ms',
      'ollama_uptime_seconds',
    ]);
    expect(names(all)).toHaveLength(standards.size + 2);
  });

  it('limits the labels of 500 invented models and loses no request', async () => {
    const core = new Core();
    for (let i = 0; i < 500; i += 1) core.add({ model: `made-up-${i}` });
    const samples = await core.samples();
    const labels = (name: string): number =>
      new Set(matching(samples, name).map(({ labels }) => labels.model)).size;
    for (const name of HISTOGRAMS.map((each) => `${each}_count`)) {
      expect(labels(name), name).toBe(51);
      expect(sumOf(samples, name), name).toBe(500);
      expect(sumOf(samples, name, { model: 'other' }), name).toBe(450);
    }
    for (const name of ['tokwatt_requests_total', 'ollama_requests_total']) {
      expect(labels(name), name).toBe(201);
      expect(sumOf(samples, name), name).toBe(500);
      expect(sumOf(samples, name, { model: 'other' }), name).toBe(300);
    }
    // The size of its part of the checkpoint.
    expect(JSON.stringify(core.stats.series).length).toBeLessThan(50_000);
    expect(samples.length).toBeLessThan(15_000);
  });

  it('supports any model name in the text format', async () => {
    const core = new Core();
    const names = ['say "hi"', 'C:\\models\\x', 'two\nlines', '日本語🦙', '{a="b"} 1', '__proto__'];
    for (const model of names) core.add({ model });
    const samples = await core.samples();
    for (const name of ['tokwatt_requests_total', 'ollama_requests_total']) {
      const models = matching(samples, name).map(({ labels }) => labels.model);
      expect(models.sort(), name).toEqual([...names].sort());
    }
  });

  it('merges names with the same label, so that no sample occurs twice', async () => {
    const core = new Core();
    const long = 'x'.repeat(300);
    const names = ['half \ud83d', 'half \ud83e', `${long}1`, `${long}2`, 'a\0', 'a\r', '', null];
    for (const model of names) core.add({ model });
    const samples = await core.samples();
    for (const name of ['tokwatt_requests_total', 'ollama_requests_total']) {
      const found = matching(samples, name).map(({ labels, value }) => [labels.model, value]);
      expect(found.sort(), name).toEqual([
        ['a\ufffd', 2],
        ['half \ufffd', 2],
        ['unknown', 2],
        [`${'x'.repeat(199)}…`, 2],
      ]);
    }
  });

  it('resets a model to zero when none of its requests is in flight', async () => {
    const core = new Core();
    const upstream = { name: 'ollama', targetUrl: '', proxyUrl: '', kind: null, label: null };
    core.state = {
      ...core.state,
      upstreams: [
        {
          ...upstream,
          health: 'up',
          note: null,
          noteSentence: null,
          keyStorage: null,
        },
      ],
      inFlight: [live('a'), live('a'), live('b')],
    };
    const busy = await core.samples();
    expect(sumOf(busy, 'ollama_inflight_requests', { model: 'a' })).toBe(2);
    expect(sumOf(busy, 'tokwatt_requests_in_flight', { phase: 'generating' })).toBe(3);
    expect(sumOf(busy, 'tokwatt_requests_in_flight', { phase: 'waiting' })).toBe(0);
    core.state = { ...core.state, inFlight: [] };
    const idle = await core.samples();
    expect(sumOf(idle, 'ollama_inflight_requests', { model: 'a' })).toBe(0);
    expect(sumOf(idle, 'tokwatt_requests_in_flight', { upstream: 'ollama' })).toBe(0);
  });

  it('reports upstreams, exporters, ledger and build, without unknown values', async () => {
    const core = new Core();
    const blank = { targetUrl: '', proxyUrl: '', kind: null, label: null, note: null };
    const upstream = { ...blank, noteSentence: null, keyStorage: null };
    const silent = { message: null, messageSentence: null };
    const exporter = { ...silent, lastSuccessAt: null, behind: null };
    core.state = {
      ...core.state,
      upstreams: [
        { ...upstream, name: 'a', health: 'up' },
        { ...upstream, name: 'b', health: 'down' },
        { ...upstream, name: 'c', health: 'unknown' },
      ],
      exporters: [
        { ...exporter, name: 'otlp', status: 'ok' },
        { ...exporter, name: 'postgres', status: 'failing' },
        { ...exporter, name: 'reporter', status: 'starting' },
      ],
    };
    const samples = await core.samples();
    const up = matching(samples, 'tokwatt_upstream_up');
    expect(up.map(({ labels, value }) => [labels.upstream, value])).toEqual([
      ['a', 1],
      ['b', 0],
    ]);
    const exporters = matching(samples, 'tokwatt_exporter_up');
    expect(exporters.map(({ labels, value }) => [labels.exporter, value])).toEqual([
      ['otlp', 1],
      ['postgres', 0],
    ]);
    expect(sumOf(samples, 'tokwatt_outlet_up', { outlet: 'otlp' })).toBe(1);
    expect(sumOf(samples, 'tokwatt_ledger_waiting_rows')).toBe(3);
    expect(sumOf(samples, 'tokwatt_ledger_dropped_rows')).toBe(2);
    expect(sumOf(samples, 'tokwatt_build_info', { version: '1.2.3' })).toBe(1);
  });

  it('reports GPU readings in base units only while they arrive', async () => {
    const core = new Core();
    const state = {
      status: 'live',
      source: 'nvidia-smi',
      note: null,
      noteSentence: null,
      at: 1,
    } as const;
    const gpus = [gpu(), gpu({ index: 1, utilizationPercent: 0 })];
    core.state = { ...core.state, gpu: { ...state, gpus } };
    const samples = await core.samples();
    const first = { gpu: '0', name: 'RTX 4090' };
    expect(sumOf(samples, 'tokwatt_gpu_utilization_ratio', first)).toBe(0.5);
    expect(sumOf(samples, 'tokwatt_gpu_utilization_ratio', { gpu: '1' })).toBe(0);
    expect(sumOf(samples, 'tokwatt_gpu_memory_used_bytes', first)).toBe(1e9);
    expect(sumOf(samples, 'tokwatt_gpu_memory_total_bytes', first)).toBe(24e9);
    expect(sumOf(samples, 'tokwatt_gpu_temperature_celsius', first)).toBe(61);
    expect(sumOf(samples, 'tokwatt_gpu_power_watts')).toBeNull();
    expect(sumOf(samples, 'tokwatt_gpu_power_limit_watts', first)).toBe(450);
    core.state = { ...core.state, gpu: { ...state, status: 'lost', gpus } };
    expect(sumOf(await core.samples(), 'tokwatt_gpu_utilization_ratio')).toBeNull();
  });

  it('reports the counts at the start of the storing, not later ones', async () => {
    const core: Core = new Core(() => {
      core.add();
      return Promise.resolve();
    });
    core.add();
    expect(sumOf(await core.samples(), 'ollama_requests_total')).toBe(1);
    expect(sumOf(await core.samples(), 'tokwatt_requests_total')).toBe(2);
  });

  it('reports only stored counts, unless storing takes too long', async () => {
    let finish = (): void => undefined;
    const core = new Core(() => new Promise((resolve) => (finish = resolve)));
    let told = false;
    const scrape = core.samples().then(() => (told = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(told).toBe(false);
    finish();
    await scrape;
    const never = new Core(() => new Promise(() => undefined));
    expect(sumOf(await never.samples(), 'tokwatt_build_info')).toBe(1);
  });
});
