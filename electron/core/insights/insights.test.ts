import { beforeEach, describe, expect, it } from 'vitest';
import { GIB, loadedModel, speed } from '../../../tests/support/insight-facts.ts';
import { activityRecord, usageOf } from '../../../tests/support/records.ts';
import type { GpuState } from '../../../shared/gpu.ts';
import type { LoadedModel } from '../../../shared/slices.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { JsonDocument } from '../json-document.ts';
import { SILENT_LOG } from '../log.ts';
import type { ExchangeEnd } from '../meter/exchange-end.ts';
import type { StoredInsight } from '../records/ledger/insights.ts';
import { Insights } from './insights.ts';
import type { InsightsOptions } from './insights-options.ts';

const HOUR = 3_600_000;
let now = 0;
let records: ActivityRecord[] = [];
let loaded: LoadedModel[] = [];
let stored: StoredInsight[] = [];
let written: Record<string, unknown> = {};
let changes = 0;

beforeEach(() => {
  now = Date.UTC(2026, 10, 21, 12);
  [records, loaded, stored] = [[], [], []];
  written = {};
  changes = 0;
});

const document: JsonDocument = {
  read: () => written,
  write: (value) => {
    written = structuredClone(value);
  },
};

const NO_HISTORY = {
  saveEpisodes: () => Promise.resolve(),
  episodes: () => Promise.resolve({ episodes: [], next: null }),
};

function create(given: Partial<InsightsOptions> = {}): Insights {
  return new Insights({
    ledger: {
      saveInsights: (rows) => void stored.push(...rows),
      readInsights: ({ id, at }) =>
        Promise.resolve(
          stored.filter((row) => row.id === id && row.at === at).map(({ json }) => json),
        ),
      ...NO_HISTORY,
    },
    recent: () => records,
    loadedModels: () => loaded,
    kindOf: () => 'ollama',
    isLocal: () => true,
    machine: () => null,
    phantomWatts: () => null,
    contextBytesPerToken: () => null,
    document,
    powerDocument: { read: () => ({}), write: () => undefined },
    log: SILENT_LOG,
    onChange: () => (changes += 1),
    now: () => now,
    ...given,
  });
}

const END: ExchangeEnd = {
  unloads: false,
  contextWords: null,
  requestBytes: 4_000,
  promptEstimate: { tokens: 1_000, error: null },
  watch: null,
  requestId: null,
  capture: null,
  isComplete: true,
};

function answer(id: number, given: Partial<ActivityRecord> = {}): ActivityRecord {
  const { timing } = activityRecord();
  return activityRecord({
    id,
    completedAt: now,
    usage: usageOf(900, 400),
    timing: { ...timing, loadMs: null },
    ...given,
  });
}

describe('insights about an exchange', () => {
  it('compare it with the answers before it, and are stored with it', async () => {
    const insights = create();
    for (let id = 1; id <= 8; id += 1) insights.observe(answer(id), END);
    expect(stored).toEqual([]);
    const slow = answer(9, speed(20));
    insights.observe(slow, END);
    expect(stored).toMatchObject([{ id: 9, at: now, kind: 'slower_than_usual' }]);
    const again = create();
    expect(await again.of(slow)).toEqual(await insights.of(slow));
    expect(await again.of(slow)).toMatchObject([{ scope: 'exchange', subject: '9' }]);
    expect(await insights.of(answer(1))).toEqual([]);
  });

  it('know what is usual from the stored rows', () => {
    records = Array.from({ length: 8 }, (_, i) => answer(8 - i));
    const insights = create();
    insights.start();
    insights.observe(answer(9, speed(20)), END);
    expect(stored).toMatchObject([{ kind: 'slower_than_usual' }]);
  });

  it('use what happened while it ran', () => {
    const insights = create();
    for (let id = 1; id <= 8; id += 1) insights.observe(answer(id), END);
    const watch = insights.watch('ollama', 'qwen3:8b');
    loaded = [loadedModel({ vramBytes: 4 * GIB })];
    watch.stop();
    insights.observe(answer(9, speed(20)), { ...END, watch });
    expect(stored).toMatchObject([{ kind: 'cpu_spill' }]);
  });

  it('take the only model of a llama-server for that of any request', () => {
    loaded = [loadedModel({ name: '/models/qwen.gguf', vramBytes: 4 * GIB })];
    const insights = create({ kindOf: () => 'llamacpp' });
    for (let id = 1; id <= 8; id += 1) insights.observe(answer(id), END);
    const watch = insights.watch('ollama', null);
    watch.stop();
    insights.observe(answer(9, speed(20)), { ...END, watch });
    expect(stored).toMatchObject([{ kind: 'cpu_spill' }]);
  });

  it('leave out what a newer version or damage wrote', async () => {
    const row = answer(1);
    for (const json of ['{', '{"kind":"unheard_of"}', 'null']) {
      stored.push({ id: 1, at: row.completedAt, kind: 'x', json });
    }
    expect(await create().of(row)).toEqual([]);
  });

  it('are none if the ledger cannot be read', async () => {
    const ledger = {
      saveInsights: () => undefined,
      readInsights: () => Promise.reject(new Error('closed')),
      ...NO_HISTORY,
    };
    expect(await create({ ledger }).of(answer(1))).toEqual([]);
  });
});

describe('insights about now', () => {
  /** A model that is forgotten for three hours. */
  function forgotten(): Insights {
    loaded = [loadedModel()];
    const insights = create();
    insights.tick();
    now += 3 * HOUR;
    return insights;
  }

  it('begin when they are found, and keep that moment', () => {
    const insights = forgotten();
    const begun = now;
    const words = { kind: 'truncated', promptTokens: null, contextTokens: null } as const;
    const judgeNow = (): void => {
      // A prompt that did not fit is judged at once, and everything else with it.
      insights.observe(answer(1), { ...END, contextWords: words });
      insights.tick();
    };
    judgeNow();
    now += HOUR;
    judgeNow();
    expect(insights.state.current).toMatchObject([
      {
        kind: 'phantom_load',
        title: expect.stringContaining('4 h 00 min'),
        firstSeenAt: begun,
        action: { kind: 'unload_model', upstream: 'ollama', model: 'qwen3:8b' },
        at: now,
      },
    ]);
    expect(changes).toBeGreaterThan(0);
  });

  it('tell a truncated prompt at the next tick, and what was found to be well', () => {
    records = [answer(1)];
    const insights = create();
    insights.tick();
    const { checks } = insights.state;
    expect(checks).toContainEqual(
      expect.objectContaining({ kind: 'repeated_loads', result: 'passed', reason: null }),
    );
    expect(checks.find(({ kind }) => kind === 'phantom_load')).toMatchObject({
      result: 'unknown',
      reason: 'No server lists a loaded model.',
    });
    expect(insights.state).toEqual({
      checks,
      current: [],
      passed: ['no truncated prompts', 'no repeated loads'],
      notes: [],
      noteSentences: [],
    });
    const words = { kind: 'truncated', promptTokens: null, contextTokens: null } as const;
    insights.observe(answer(2), { ...END, contextWords: words });
    insights.tick();
    expect(insights.state.current).toMatchObject([{ kind: 'context_truncated', scope: 'model' }]);
  });

  it('stay dismissed for an hour or for good, also in the next run', () => {
    records = [answer(1)];
    const words = { kind: 'exceeded', promptTokens: 9_000, contextTokens: 4_096 } as const;
    const found = (insights: Insights): readonly string[] => {
      insights.observe(answer(2), { ...END, contextWords: words });
      insights.tick();
      return insights.state.current.map(({ kind }) => kind);
    };
    const insights = create();
    expect(found(insights)).toEqual(['context_exceeded']);
    insights.dismiss('context_exceeded', 'ollama/qwen3:8b', 'hour');
    expect(insights.state.current).toEqual([]);
    expect(found(create())).toEqual([]);
    now += HOUR;
    expect(found(create())).toEqual(['context_exceeded']);
    insights.dismiss('context_exceeded', 'ollama/qwen3:8b', 'good');
    now += 1_000 * HOUR;
    expect(found(create())).toEqual([]);
    insights.dismiss('context_exceeded', 'ollama/qwen3:8b', 'none');
    expect(found(create())).toEqual(['context_exceeded']);
  });

  it('are dismissed even if that cannot be saved', () => {
    records = [answer(1)];
    const failing = {
      read: () => ({ dismissed: 'damaged' }),
      write: () => {
        throw new Error('disk full');
      },
    };
    const insights = create({ document: failing });
    const words = { kind: 'truncated', promptTokens: null, contextTokens: null } as const;
    insights.observe(answer(2), { ...END, contextWords: words });
    insights.tick();
    insights.dismiss('context_truncated', 'ollama/qwen3:8b', 'good');
    expect(insights.state.current).toEqual([]);
  });

  it('tell a GPU that works on after all requests have ended', () => {
    loaded = [loadedModel()];
    records = [answer(1)];
    const insights = create();
    const reading = (at: number): GpuState => ({
      status: 'live',
      source: 'test',
      note: null,
      noteSentence: null,
      at,
      gpus: [
        {
          index: 0,
          id: null,
          name: 'RTX 4090',
          vendor: 'nvidia',
          utilizationPercent: 98,
          memoryUsedBytes: null,
          memoryTotalBytes: null,
          temperatureC: null,
          powerW: 280,
          powerLimitW: 450,
        },
      ],
    });
    const watch = insights.watch('ollama', 'qwen3:8b');
    insights.onGpu(reading(1));
    watch.stop();
    for (let at = 300_000; at <= 400_000; at += 20_000) insights.onGpu(reading(at));
    // The machine slept for an hour.
    insights.onGpu(reading(4_000_000));
    insights.tick();
    expect(insights.state.current).toEqual([]);
    for (let at = 4_020_000; at <= 4_170_000; at += 10_000) insights.onGpu(reading(at));
    const words = { kind: 'truncated', promptTokens: null, contextTokens: null } as const;
    insights.observe(answer(2), { ...END, contextWords: words });
    insights.tick();
    expect(insights.state.current.map(({ title }) => title)).toContain(
      'RTX 4090 drew 280 W for 5 min 00 s while no request was in flight.',
    );
  });
});
