import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { FIGURE_NAMES, figureOf } from '../../../shared/alert-figures.ts';
import { alertsSchema } from '../../../shared/alerts.ts';
import type { AlertRuleInput } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { GPU_STARTING } from '../../../shared/gpu.ts';
import type { GpuReading, GpuState } from '../../../shared/gpu.ts';
import type { State } from '../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import { scenario } from '../../../tests/support/scenarios.ts';
import { SILENT_LOG } from '../log.ts';
import { emptyStats, fold } from '../records/totals/stats.ts';
import { AlertEngine } from './engine.ts';

const NOON = new Date(2026, 10, 21, 12).getTime();
const MINUTE = 60_000;

type Rule = Omit<AlertRuleInput, 'name'> & { readonly name?: string };

/** An engine with a clock that the test sets, and its inputs. */
class Bench {
  changes = 0;
  stats = emptyStats(NOON);
  state: State = { ...scenario('empty', NOON).state, gpu: GPU_STARTING };
  #steady = 5_000;
  #wall = NOON;
  #id = 0;
  readonly engine = new AlertEngine({
    sources: { state: () => this.state, stats: () => this.stats },
    log: SILENT_LOG,
    onChange: () => (this.changes += 1),
    onWarning: () => undefined,
    clock: () => ({ steady: this.#steady, wall: this.#wall }),
  });

  constructor(...rules: Rule[]) {
    this.apply(...rules);
  }

  apply(...rules: Rule[]): void {
    const named = rules.map((rule, i) => ({ name: `rule ${i}`, ...rule }));
    this.engine.apply(v.parse(alertsSchema, { rules: named }));
  }

  /** A finished exchange at the present time. */
  add(given: Partial<ActivityRecord> & { readonly ms?: number } = {}): void {
    const { ms = 100, ...rest } = given;
    const base = activityRecord(rest);
    const record = {
      ...base,
      id: (this.#id += 1),
      completedAt: this.#wall,
      timing: { ...base.timing, durationMs: ms },
      ...rest,
    };
    this.stats = fold(this.stats, record);
    this.engine.observe(record);
  }

  /** Advances the time in steps of one second. */
  pass(seconds: number, each: () => void = () => undefined): void {
    for (let i = 0; i < seconds; i += 1) {
      this.#steady += 1_000;
      this.#wall += 1_000;
      each();
      this.engine.tick();
    }
  }

  /** Sets the system clock. */
  setWall(to: number): void {
    this.#wall = to;
  }

  get wall(): number {
    return this.#wall;
  }

  upstream(health: 'up' | 'down' | 'unknown', name = 'gpu'): void {
    const blank = { targetUrl: '', proxyUrl: '', kind: null, label: null };
    const rest = { ...blank, note: null, noteSentence: null, keyStorage: null };
    const others = this.state.upstreams.filter((each) => each.name !== name);
    this.state = { ...this.state, upstreams: [...others, { name, health, ...rest }] };
  }

  /** GPUs with these temperatures. */
  heat(...temperatures: (number | null)[]): void {
    this.setGpu(
      'live',
      temperatures.map((temperatureC, index) => reading({ index, temperatureC })),
    );
  }

  setGpu(status: GpuState['status'], gpus: GpuReading[]): void {
    this.state = { ...this.state, gpu: { ...this.state.gpu, status, gpus } };
  }

  /** The state of each alert as one word. */
  get now(): string[] {
    return this.engine.states.map(({ subject, status }) =>
      subject === null ? status : `${subject} ${status}`,
    );
  }

  get first(): AlertState | undefined {
    return this.engine.states[0];
  }
}

function reading(given: Partial<GpuReading>): GpuReading {
  return {
    index: 0,
    id: null,
    name: 'RTX',
    vendor: 'nvidia',
    utilizationPercent: null,
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    temperatureC: null,
    powerW: null,
    powerLimitW: null,
    ...given,
  };
}

const HOT = { figure: 'gpu_temperature_celsius', threshold: 80 } as const;

describe('an alert', () => {
  it('is pending for the time that the rule sets', () => {
    const bench = new Bench({ ...HOT, forMs: 10_000 });
    bench.heat(85);
    bench.pass(1);
    const began = bench.wall;
    expect(bench.first).toMatchObject({
      status: 'pending',
      since: began,
      firedAt: null,
      value: 85,
    });
    bench.pass(9);
    expect(bench.now).toEqual(['pending']);
    bench.pass(1);
    expect(bench.first).toMatchObject({ status: 'firing', since: began + 10_000 });
    expect(bench.first?.message).toBe('GPU temperature is 85 °C, above 80 °C');
  });

  it('starts to wait again after an interruption', () => {
    const bench = new Bench({ ...HOT, forMs: 10_000 });
    for (const temperature of [85, 80, 85, 79]) {
      bench.heat(temperature);
      bench.pass(9);
      expect(bench.now).toEqual(temperature > 80 ? ['pending'] : []);
    }
  });

  it('fires at once without a waiting time, and stays visible for a while after it is resolved', () => {
    const bench = new Bench(HOT);
    bench.heat(81);
    bench.pass(1);
    const firedAt = bench.wall;
    expect(bench.now).toEqual(['firing']);
    bench.heat(60);
    bench.pass(1);
    expect(bench.first).toMatchObject({ status: 'resolved', since: firedAt + 1_000, firedAt });
    expect(bench.first?.message).toBe('GPU temperature: back at 60 °C');
    bench.pass(15 * 60 - 1);
    expect(bench.now).toEqual(['resolved']);
    bench.pass(1);
    expect(bench.now).toEqual([]);
  });

  it('fires until the figure is back at the clear threshold', () => {
    const bench = new Bench({ ...HOT, clear: 70 });
    bench.heat(81);
    bench.pass(1);
    for (const temperature of [75, 71, 79, 70.5]) {
      bench.heat(temperature);
      bench.pass(60);
      expect(bench.now).toEqual(['firing']);
    }
    bench.heat(70);
    bench.pass(1);
    expect(bench.now).toEqual(['resolved']);
    bench.heat(75);
    bench.pass(60);
    expect(bench.now).toEqual(['resolved']);
  });

  it('also works below a threshold', () => {
    const bench = new Bench({
      figure: 'gpu_utilization_percent',
      op: 'below',
      threshold: 10,
      clear: 20,
    });
    for (const [utilizationPercent, status] of [
      [10, undefined],
      [9, 'firing'],
      [19, 'firing'],
      [20, 'resolved'],
    ] as const) {
      bench.setGpu('live', [reading({ utilizationPercent })]);
      bench.pass(1);
      expect(bench.first?.status).toBe(status);
    }
  });

  it('stays one alert while the figure oscillates, if the rule keeps it firing', () => {
    const told = { kept: 0, plain: 0 };
    for (const [name, keepFiringMs] of [
      ['kept', 30_000],
      ['plain', 0],
    ] as const) {
      const bench = new Bench({ ...HOT, keepFiringMs });
      let before: string | undefined;
      for (let i = 0; i < 20; i += 1) {
        bench.heat(i % 2 === 0 ? 90 : 50);
        bench.pass(1);
        if (bench.first?.status !== before) told[name] += 1;
        before = bench.first?.status;
      }
      bench.pass(31);
      expect(bench.now).toEqual(['resolved']);
    }
    expect(told).toEqual({ kept: 1, plain: 20 });
  });

  it('does not depend on changes of the system clock', () => {
    const bench = new Bench({ ...HOT, forMs: 10_000 });
    bench.heat(85);
    bench.pass(1);
    bench.setWall(NOON + 86_400_000);
    bench.pass(1);
    expect(bench.now).toEqual(['pending']);
    bench.setWall(NOON - 86_400_000);
    bench.pass(9);
    expect(bench.now).toEqual(['firing']);
  });
});

describe('an unknown figure', () => {
  it('never fires an alert and cancels a pending one', () => {
    const bench = new Bench({ ...HOT, forMs: 5_000 });
    bench.heat(null);
    bench.pass(10);
    expect(bench.now).toEqual([]);
    bench.heat(90);
    bench.pass(4);
    bench.heat(null);
    bench.pass(1);
    expect(bench.now).toEqual([]);
    bench.heat(90);
    bench.pass(5);
    expect(bench.now).toEqual(['pending']);
  });

  it('does not resolve an alert at once, says so, and resolves it after 15 minutes', () => {
    const bench = new Bench(HOT);
    bench.heat(90);
    bench.pass(1);
    bench.setGpu('lost', [reading({ temperatureC: 20 })]);
    bench.pass(15 * 60);
    expect(bench.first).toMatchObject({ status: 'firing', value: null });
    expect(bench.first?.message).toBe('GPU temperature was above 80 °C and is unknown now');
    bench.pass(1);
    expect(bench.first).toMatchObject({ status: 'resolved', value: null });
    expect(bench.first?.message).toContain('unknown for 15 min');
  });

  it('restarts the 15 minutes each time the figure is known again', () => {
    const bench = new Bench(HOT);
    bench.heat(90);
    bench.pass(1);
    for (let i = 0; i < 3; i += 1) {
      bench.heat(null);
      bench.pass(14 * 60);
      bench.heat(90);
      bench.pass(1);
    }
    expect(bench.first).toMatchObject({ status: 'firing', value: 90 });
    bench.heat(null);
    bench.pass(60);
    bench.heat(20);
    bench.pass(1);
    expect(bench.now).toEqual(['resolved']);
  });
});

describe('figures of the state', () => {
  it('can be split by upstream', () => {
    const bench = new Bench({ figure: 'upstream_down', by: 'upstream', forMs: 2_000 });
    bench.upstream('unknown', 'a');
    bench.upstream('down', 'b');
    bench.upstream('up', 'c');
    bench.pass(3);
    expect(bench.now).toEqual(['b firing']);
    expect(bench.first?.message).toBe('Upstream does not answer (upstream b)');
    bench.upstream('up', 'b');
    bench.upstream('down', 'c');
    bench.pass(1);
    expect(bench.now).toEqual(['c pending', 'b resolved']);
    expect(bench.engine.states[1]?.message).toBe('Upstream does not answer: over (upstream b)');
  });

  it('use the worst value if the rule does not split them', () => {
    const bench = new Bench(HOT, { ...HOT, op: 'below', threshold: 30 }, { ...HOT, by: 'gpu' });
    bench.heat(40, null, 90);
    bench.pass(1);
    expect(bench.now).toEqual(['firing', '2 firing']);
    bench.heat(20, null, 50);
    bench.pass(1);
    expect(bench.engine.states.map(({ rule, status }) => [rule, status])).toEqual([
      ['rule 1', 'firing'],
      ['rule 0', 'resolved'],
      ['rule 2', 'resolved'],
    ]);
  });

  it('count only the names in the rule', () => {
    const bench = new Bench({ ...HOT, where: { gpu: '1' } });
    bench.heat(95, 50);
    bench.pass(1);
    expect(bench.now).toEqual([]);
    bench.heat(50, 95);
    bench.pass(1);
    expect(bench.now).toEqual(['firing']);
    expect(bench.first?.message).toBe('GPU temperature is 95 °C, above 80 °C (gpu 1)');
  });

  it('cover memory, ledger, exporters and requests in flight', () => {
    const bench = new Bench(
      { name: 'memory', figure: 'gpu_memory_percent', threshold: 90 },
      { name: 'ledger', figure: 'ledger_degraded' },
      { name: 'exporter', figure: 'exporter_failing', by: 'exporter' },
      { name: 'behind', figure: 'exporter_behind', threshold: 10, by: 'exporter' },
      { name: 'queue', figure: 'requests_waiting', threshold: 1 },
      { name: 'queue by model', figure: 'requests_waiting', threshold: 1, by: 'model' },
      { name: 'old', figure: 'request_age_ms', threshold: 60_000 },
    );
    bench.pass(1);
    expect(bench.now).toEqual([]);
    const [live] = scenario('traffic', NOON).state.inFlight;
    if (live === undefined) throw new Error('the scenario has changed');
    const waiting = { ...live, phase: 'waiting', countedModel: 'a' } as const;
    const silent = { message: null, messageSentence: null };
    const exporter = { ...silent, lastSuccessAt: null, behind: null };
    bench.setGpu('live', [reading({ memoryUsedBytes: 23e9, memoryTotalBytes: 24e9 })]);
    bench.state = {
      ...bench.state,
      ledger: {
        status: 'degraded',
        message: 'full',
        messageSentence: null,
        waiting: 1,
        dropped: 0,
      },
      exporters: [
        { ...exporter, name: 'otlp', status: 'failing', message: '' },
        { ...exporter, name: 'postgres', status: 'ok', lastSuccessAt: 1, behind: 11 },
      ],
      inFlight: [waiting, { ...waiting, countedModel: 'b', startedAt: NOON - 70_000 }],
    };
    bench.pass(1);
    const firing = bench.engine.states.map(({ rule, subject }) =>
      `${rule} ${subject ?? ''}`.trim(),
    );
    expect(firing.sort()).toEqual([
      'behind postgres',
      'exporter otlp',
      'ledger',
      'memory',
      'old',
      'queue',
    ]);
    bench.state = { ...bench.state, inFlight: [] };
    bench.pass(1);
    // No request waits any more, so the count is known, but there is no age.
    const left = bench.engine.states.filter(({ status }) => status === 'firing');
    expect(left.map(({ rule }) => rule)).toContain('old');
    expect(left.map(({ rule }) => rule)).not.toContain('queue');
  });

  it('have a throughput only while a request generates', () => {
    const bench = new Bench({ figure: 'output_tokens_per_second', op: 'below', threshold: 5 });
    const { throughput, inFlight } = scenario('traffic', NOON).state;
    bench.state = { ...bench.state, throughput: { ...throughput, outputTokensPerSecond: 0 } };
    bench.pass(3);
    expect(bench.now).toEqual([]);
    bench.state = {
      ...bench.state,
      inFlight: inFlight.map((live) => ({ ...live, phase: 'generating' })),
    };
    bench.pass(1);
    expect(bench.now).toEqual(['firing']);
  });
});

describe('figures of finished requests', () => {
  it('ignore requests older than the window', () => {
    const rule = { figure: 'error_percent', threshold: 20, windowMs: MINUTE } as const;
    const bench = new Bench(rule);
    bench.pass(1);
    expect(bench.now).toEqual([]);
    bench.add();
    bench.add({ error: 'http_error' });
    bench.pass(1);
    expect(bench.first).toMatchObject({ status: 'firing', value: 50 });
    expect(bench.first?.message).toBe('Error rate is 50 %, above 20 % (last 1 min)');
    // One failed request of ten.
    for (let i = 0; i < 8; i += 1) bench.add();
    bench.pass(1);
    expect(bench.now).toEqual(['resolved']);
    bench.add({ error: 'incomplete' });
    bench.pass(59);
    expect(bench.now).toEqual(['firing']);
    // All requests have left the window, so there is no percentage.
    bench.pass(5);
    expect(bench.first).toMatchObject({ status: 'firing', value: null });
  });

  it('can be split by model, application, key and upstream', () => {
    const rules = (['model', 'client', 'key', 'upstream'] as const).map((by) => ({
      name: by,
      figure: 'server_error_percent' as const,
      threshold: 50,
      by,
    }));
    const bench = new Bench(...rules);
    const client = { ...activityRecord().client, application: 'app', key: 'k1' };
    bench.add({ model: 'a', error: 'upstream_died', upstream: 'u', client });
    bench.add({ model: 'b', error: 'client_aborted' });
    bench.add({ model: 'd', error: 'cancelled_by_user' });
    bench.add({ model: 'c', error: 'metering_failed' });
    bench.add({ model: null, error: 'http_error', client: { ...client, application: null } });
    bench.pass(1);
    const subjects = bench.engine.states.map(({ rule, subject }) => `${rule} ${subject ?? ''}`);
    expect(subjects.sort()).toEqual([
      'client app',
      'key k1',
      'model a',
      'model unknown model',
      'upstream u',
    ]);
  });

  it('match a model by any of its names', () => {
    const rules = ['plain', 'plain:latest', 'plain:8b'].flatMap((model) => [
      { figure: 'requests_per_minute' as const, threshold: 0.1, where: { model }, name: model },
      { figure: 'tokens_today' as const, threshold: 1, where: { model }, name: `${model} today` },
    ]);
    const bench = new Bench(...rules);
    bench.stats = { ...bench.stats, ollamaUpstreams: ['ollama'] };
    bench.add({ model: 'library/plain', countedModel: 'plain' });
    bench.pass(1);
    expect(bench.engine.states.map(({ rule }) => rule).sort()).toEqual([
      ...['plain', 'plain today', 'plain:latest', 'plain:latest today'],
    ]);
  });

  it('keep two models of a server that is not Ollama apart', () => {
    const rules = ['plain', 'plain:latest'].flatMap((model) => [
      { figure: 'requests_per_minute' as const, threshold: 0.1, where: { model }, name: model },
      { figure: 'tokens_today' as const, threshold: 1, where: { model }, name: `${model} today` },
    ]);
    const bench = new Bench(...rules);
    bench.stats = { ...bench.stats, ollamaUpstreams: ['ollama'] };
    bench.add({ model: 'plain', upstream: 'vllm' });
    bench.pass(1);
    expect(bench.engine.states.map(({ rule }) => rule).sort()).toEqual(['plain', 'plain today']);
  });

  it('count per minute, and report too few requests only after a whole window', () => {
    const bench = new Bench(
      { figure: 'requests_per_minute', threshold: 10, windowMs: 2 * MINUTE },
      { figure: 'requests_per_minute', op: 'below', threshold: 1, windowMs: 2 * MINUTE },
    );
    bench.pass(119);
    expect(bench.now).toEqual([]);
    bench.pass(1);
    expect(bench.engine.states).toMatchObject([{ rule: 'rule 1', status: 'firing', value: 0 }]);
    for (let i = 0; i < 21; i += 1) bench.add();
    bench.pass(1);
    expect(bench.engine.states).toMatchObject([
      { rule: 'rule 0', status: 'firing', value: 10.5 },
      { rule: 'rule 1', status: 'resolved' },
    ]);
  });

  it('notice a model without requests', () => {
    const bench = new Bench({
      figure: 'requests_per_minute',
      op: 'below',
      threshold: 1,
      by: 'model',
      windowMs: MINUTE,
      forMs: MINUTE,
    });
    bench.pass(120, () => bench.add({ model: 'busy' }));
    expect(bench.now).toEqual([]);
    bench.pass(125);
    expect(bench.now).toEqual(['busy firing']);
    bench.pass(600);
    expect(bench.now).toEqual(['busy firing']);
  });

  it('compute percentiles of successful requests', () => {
    const latency = { figure: 'latency_ms', threshold: 3_000, windowMs: MINUTE } as const;
    const bench = new Bench(
      latency,
      { ...latency, percentile: 50 },
      { ...latency, minRequests: 101 },
    );
    for (let i = 1; i <= 90; i += 1) bench.add({ ms: 1_000 });
    for (let i = 1; i <= 10; i += 1) bench.add({ ms: 5_000 });
    for (let i = 1; i <= 50; i += 1) bench.add({ ms: 60_000, error: 'client_aborted' });
    bench.pass(1);
    expect(bench.engine.states.map(({ rule }) => rule)).toEqual(['rule 0']);
    const value = bench.first?.value ?? 0;
    expect(Math.abs(value - 5_000)).toBeLessThan(50);
    expect(bench.first?.message).toMatch(
      /^Latency \(p95\) is \d\.\d\d s, above 3\.00 s \(last 1 min\)$/,
    );
    bench.add({ ms: 1 });
    bench.pass(1);
    expect(bench.now).toEqual(['firing', 'firing']);
  });

  it('compare the generation speed with the time before', () => {
    const bench = new Bench({
      figure: 'output_speed_drop_percent',
      threshold: 50,
      by: 'model',
      windowMs: MINUTE,
      minRequests: 3,
    });
    const speed = (
      outputTokensPerSecond: number,
      output: 'reported' | 'estimated' = 'reported',
    ) => ({
      rates: {
        promptTokensPerSecond: null,
        outputTokensPerSecond,
        provenance: { prompt: null, output },
      },
    });
    bench.pass(300, () => {
      bench.add({ model: 'a', ...speed(100) });
      bench.add({ model: 'b', ...speed(30) });
    });
    expect(bench.now).toEqual([]);
    bench.pass(60, () => {
      bench.add({ model: 'a', ...speed(40) });
      bench.add({ model: 'b', ...speed(30) });
      bench.add({ model: 'b', ...speed(1, 'estimated') });
    });
    expect(bench.now).toEqual(['a firing']);
    expect(bench.first?.value).toBeGreaterThan(58);
    expect(bench.first?.value).toBeLessThan(62);
    expect(bench.first?.message).toContain('(model a, last 1 min against the 6 min before)');
  });

  it('ignore requests without inference', () => {
    const bench = new Bench({ figure: 'errors_per_minute', threshold: 0 });
    bench.add({ inference: false, error: 'http_error' });
    bench.pass(1);
    expect(bench.now).toEqual([]);
  });

  it('keep 200 names and put the others under one name', () => {
    const bench = new Bench({ figure: 'latency_ms', threshold: 1, by: 'model' });
    for (let i = 0; i < 1_000; i += 1) bench.add({ model: `made-up-${i}` });
    bench.pass(1);
    expect(bench.engine.states).toHaveLength(200);
    expect(bench.now).toContain('other firing');
    bench.pass(300 + 15 * 60 + 20);
    bench.pass(15 * 60);
    expect(bench.now).toEqual([]);
  });
});

describe('budgets of a day', () => {
  const budget = { figure: 'tokens_today', threshold: 100 } as const;

  it('restart at midnight', () => {
    const bench = new Bench(
      budget,
      { ...budget, by: 'client' },
      { ...budget, where: { model: 'm' } },
    );
    bench.setWall(new Date(2026, 10, 21, 23, 59, 0).getTime());
    const client = { ...activityRecord().client, application: 'app' };
    bench.add({ usage: usageOf(60, 20), client });
    bench.add({ usage: usageOf(10, 20), model: 'm' });
    bench.pass(1);
    expect(bench.engine.states).toMatchObject([{ rule: 'rule 0', value: 110, status: 'firing' }]);
    bench.add({ usage: usageOf(90, 20), model: 'm', client });
    bench.pass(1);
    expect(bench.engine.states.map(({ rule, subject }) => [rule, subject])).toEqual([
      ['rule 1', 'app'],
      ['rule 2', null],
      ['rule 0', null],
    ]);
    bench.pass(55);
    expect(bench.engine.states.every(({ status }) => status === 'firing')).toBe(true);
    bench.pass(5);
    expect(bench.engine.states.map(({ status, value }) => [status, value])).toEqual([
      ['resolved', 0],
      ['resolved', 0],
      ['resolved', 0],
    ]);
  });

  it('survive a restart, like the totals', () => {
    const before = new Bench(budget);
    before.add({ usage: usageOf(200, 0) });
    const after = new Bench();
    after.stats = before.stats;
    after.apply(budget);
    after.pass(1);
    expect(after.now).toEqual(['firing']);
  });

  it('are unknown if no request has known tokens or energy', () => {
    const energy = { figure: 'energy_today_wh', op: 'below', threshold: 1 } as const;
    const bench = new Bench();
    bench.add({ usage: usageOf(null, null) });
    bench.apply({ ...budget, op: 'below' }, energy);
    bench.pass(1);
    expect(bench.now).toEqual([]);
    bench.add({ usage: usageOf(1, 2), energyJoules: 360 });
    bench.pass(1);
    expect(bench.engine.states.map(({ value }) => value).sort()).toEqual([0.1, 3]);
  });
});

describe('energy for each token today', () => {
  it('is unknown until a request was measured almost completely, and again on the next day', () => {
    const rule = { figure: 'joules_per_token_today', threshold: 1, by: 'model' } as const;
    const bench = new Bench(rule);
    const parts = { netJoules: null, prefillJoules: null, decodeJoules: null, hasOtherWork: null };
    const usage = usageOf(1, 10);
    bench.add({ usage, energyJoules: 500, energyParts: { ...parts, measuredShare: 0.5 } });
    bench.pass(1);
    expect(bench.now).toEqual([]);
    bench.add({ usage, energyJoules: 20, energyParts: { ...parts, measuredShare: 1 } });
    bench.pass(1);
    expect(bench.engine.states).toMatchObject([{ status: 'firing', value: 2 }]);
    bench.setWall(bench.wall + 86_400_000);
    bench.pass(1);
    expect(bench.engine.states).toMatchObject([{ status: 'firing', value: null }]);
  });
});

describe('rules that change', () => {
  it('are checked at once', () => {
    const bench = new Bench();
    bench.heat(90);
    bench.apply(HOT);
    expect(bench.now).toEqual(['firing']);
  });

  it('do not affect unchanged rules', () => {
    const bench = new Bench({ ...HOT, forMs: 10_000 });
    bench.heat(90);
    bench.pass(8);
    bench.apply({ ...HOT, forMs: 10_000 }, { ...HOT, name: 'another' });
    bench.pass(3);
    expect(bench.now).toEqual(['firing', 'firing']);
  });

  it('resolve firing alerts with a message', () => {
    const bench = new Bench(HOT, { ...HOT, threshold: 70, forMs: MINUTE });
    bench.heat(90);
    bench.pass(1);
    bench.apply({ ...HOT, enabled: false });
    expect(bench.first).toMatchObject({ status: 'resolved' });
    expect(bench.first?.message).toContain('its rule was changed, switched off or removed');
    expect(bench.now).toHaveLength(1);
    bench.pass(15 * 60);
    expect(bench.now).toEqual([]);
  });

  it('notify readers only of changes', () => {
    const bench = new Bench(HOT);
    bench.heat(50);
    bench.pass(10);
    expect(bench.changes).toBe(0);
    bench.heat(90);
    bench.pass(10);
    expect(bench.changes).toBe(1);
  });
});

it('reads every figure in every state', () => {
  const rules = FIGURE_NAMES.flatMap((figure) =>
    [null, ...figureOf(figure).splits].map((by) => ({ name: `${figure} ${by ?? ''}`, figure, by })),
  );
  const heard = new Set<string>();
  const phases = { prefillJoules: null, decodeJoules: null, hasOtherWork: null };
  const energy = { energyJoules: 1, energyParts: { netJoules: 1, ...phases, measuredShare: 1 } };
  for (let i = 0; i < rules.length; i += 50) {
    const bench = new Bench(...rules.slice(i, i + 50).map((rule) => ({ ...rule, threshold: -1 })));
    for (const name of ['full', 'empty', 'upstream-down', 'gpu-none', 'spilled', 'full'] as const) {
      bench.state = scenario(name, bench.wall).state;
      bench.add({ client: { ...activityRecord().client, key: 'k' }, ...energy });
      bench.pass(2);
    }
    for (const { figure } of bench.engine.states) heard.add(figure);
  }
  // These figures need a longer time, or there are no exporters.
  expect(FIGURE_NAMES.filter((name) => !heard.has(name))).toEqual([
    'queue_ms',
    'output_speed_drop_percent',
    'exporter_failing',
    'exporter_behind',
  ]);
});
