import { expect, test } from 'vitest';
import type { State } from '../../shared/snapshot.ts';
import type { ModelTally, Tally } from '../../shared/tally.ts';
import type { LoadedModel } from '../../shared/slices.ts';
import { scenario } from '../../tests/support/scenarios.ts';
import { EMPTY_TALLY } from '../core/records/totals/tally.ts';
import { trayModel } from './tray-model.ts';

const MODEL: LoadedModel = {
  upstream: 'ollama',
  name: 'qwen3:8b',
  state: 'loaded',
  sizeBytes: 6_000_000_000,
  vramBytes: null,
  contextLength: null,
  parameterSize: null,
  quantization: null,
  expiresAt: null,
};

function tally(model: string, changes: Partial<Tally> = {}): ModelTally {
  return { ...EMPTY_TALLY, ...changes, model, outputTokensPerSecond: null, lastUsedAt: 0 };
}

function idle(changes: Partial<State> = {}): State {
  return { ...scenario('empty', 0).state, ...changes };
}

function generating(): State {
  const state = idle();
  const throughput = {
    ...state.throughput,
    outputTokensPerSecond: 42.12,
    inputTokensPerSecond: 310,
  };
  return { ...state, throughput };
}

function paused(state: State): State {
  return { ...state, app: { ...state.app, paused: true } };
}

function today(models: readonly ModelTally[], all: Partial<Tally> = {}): State {
  const { totals } = idle();
  const today = { ...totals.today, all: { ...EMPTY_TALLY, ...all }, models };
  return idle({ totals: { ...totals, today } });
}

function labels(state: State): string[] {
  return trayModel(state).menu.map((entry) => (entry.kind === 'separator' ? '---' : entry.label));
}

test('an idle Tokwatt says so', () => {
  expect(trayModel(idle())).toMatchObject({
    icon: 'idle',
    tooltip: 'Tokwatt – idle\nToday 0 in · 0 out',
  });
  expect(labels(idle())).toEqual([
    'Idle',
    '---',
    'No models loaded',
    '---',
    'Today: 0 in · 0 out',
    '---',
    'Open Tokwatt',
    'Pause metering',
    'Quit',
  ]);
});

test('the tooltip and the first line show the speed', () => {
  expect(trayModel(generating()).tooltip).toMatch(/^Tokwatt – 42\.1 tok\/s out\n/);
  expect(trayModel(generating()).icon).toBe('active');
  expect(labels(generating())[0]).toBe('42.1 tok/s out · 310 tok/s in');
});

test('while metering is paused the menu offers to resume and shows no speed', () => {
  const model = trayModel(paused(generating()));
  expect(model).toMatchObject({ icon: 'paused' });
  expect(model.tooltip).toMatch(/^Tokwatt – metering paused\n/);
  expect(labels(paused(generating()))[0]).toBe('Metering paused');
  expect(model.menu).toContainEqual({
    kind: 'action',
    label: 'Resume metering',
    action: 'resume',
  });
  expect(labels(paused(generating()))).not.toContain('Pause metering');
});

test('per-model totals of today are exact', () => {
  const state = today(
    [tally('qwen3:8b', { requests: 2, inputTokens: 1234, outputTokens: 56_789 })],
    {
      requests: 2,
      inputTokens: 1234,
      outputTokens: 56_789,
    },
  );
  expect(labels(state)).toContain('Today: 1,234 in · 56,789 out');
  expect(labels(state)).toContain('qwen3:8b: 1,234 in · 56,789 out');
  expect(trayModel(state).tooltip).toContain('Today 1,234 in · 56,789 out');
});

test('estimates are marked', () => {
  const state = today([tally('m', { requests: 1, outputTokens: 10, estimatedTokens: 10 })]);
  expect(labels(state)).toContain('m: ≈0 in · ≈10 out');
});

test('a model whose counts all stayed unknown shows no zeros', () => {
  const state = today([tally('m', { requests: 3, unmeteredRequests: 3 })]);
  expect(labels(state)).toContain('m: – in · – out');
});

test('loaded models are shown with their size and activity', () => {
  const loadedModels = [MODEL, { ...MODEL, name: 'b', state: 'loading' as const, sizeBytes: null }];
  expect(labels(idle({ loadedModels }))).toEqual(
    expect.arrayContaining(['qwen3:8b – 5.6 GiB', 'b (loading)']),
  );
});

test('a long list ends with how many more there are', () => {
  const models = Array.from({ length: 11 }, (_, index) => tally(`m${index}`));
  const shown = labels(today(models));
  expect(shown).toContain('m7: 0 in · 0 out');
  expect(shown).not.toContain('m8: 0 in · 0 out');
  expect(shown).toContain('and 3 more');
});

test('a long name is shortened in its middle and stays on one line', () => {
  const name = `hf.co/someone/${'very-'.repeat(20)}long\n-GGUF:Q4_K_M`;
  const [label] = labels(today([tally(name)])).filter((text) => text.startsWith('hf.co'));
  expect(label).toMatch(/^hf\.co\/someone\/very.*….*GGUF:Q4_K_M: 0 in/);
  expect(label).not.toContain('\n');
});

test('a server that does not answer and a warning are shown', () => {
  const state = idle({
    upstreams: [
      {
        name: 'ollama',
        targetUrl: 'http://127.0.0.1:11434',
        proxyUrl: 'http://127.0.0.1:11435',
        kind: null,
        label: null,
        health: 'down',
        note: null,
        noteSentence: null,
        keyStorage: null,
      },
    ],
    warnings: [{ id: 'w', at: 0, message: 'The disk is full.', messageSentence: null }],
  });
  expect(trayModel(state).icon).toBe('warning');
  expect(labels(state).slice(0, 3)).toEqual([
    'Idle',
    'ollama does not answer',
    '1 warning: see the window',
  ]);
});
