import { expect, test } from 'vitest';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { activityRecord, usageOf } from '../../../../tests/support/records.ts';
import { emptyStats, fold, startPeriod } from './stats.ts';
import type { Stats } from './stats.ts';
import { viewCounters } from './view.ts';
import { gpuFacts, machineFacts, usagePayload } from './usage-payload.ts';
import type { UsagePayload } from './usage-payload.ts';

const FACTS = {
  version: '1.2.3',
  time: Date.UTC(2026, 10, 21, 12),
  system: {
    os: 'linux',
    arch: 'amd64',
    cpuCores: 8,
    ramBytes: 32e9,
    gpus: [{ name: 'RTX', vramBytes: null }],
  },
};

function statsOf(records: readonly Partial<ActivityRecord>[], before = emptyStats(0)): Stats {
  return records.reduce<Stats>(
    (stats, record) => fold(stats, activityRecord({ id: stats.lastId + 1, ...record })),
    before,
  );
}

function payloadOf(stats: Stats, which: 'ever' | 'period' = 'ever'): UsagePayload {
  return usagePayload(viewCounters(stats)[which], FACTS);
}

test('it has the names of Ollama’s own payload', () => {
  const payload = payloadOf(
    statsOf([
      {},
      { operation: 'completion', endpoint: '/v1/completions', api: 'openai', architecture: null },
      { operation: 'embedding', usage: usageOf(5, null), api: 'openai' },
      {
        api: 'anthropic',
        features: { tools: true, structuredOutput: true, images: null, thinking: null },
      },
      { api: 'llamacpp', operation: 'infill', error: 'http_error', usage: usageOf(null, null) },
      { inference: false, operation: 'other' },
    ]),
  );
  expect(payload).toMatchObject({
    version: '1.2.3',
    time: '2026-11-21T12:00:00.000Z',
    system: {
      os: 'linux',
      arch: 'amd64',
      cpu_cores: 8,
      ram_bytes: 32e9,
      gpus: [{ name: 'RTX', vram_bytes: null }],
    },
    totals: { requests: 5, errors: 1, input_tokens: 29 * 3 + 5, output_tokens: 42 * 3 },
    endpoints: { chat: 2, generate: 1, embed: 1, infill: 1 },
    architectures: { qwen3: 4 },
    apis: { native: 1, openai_compat: 2, anthropic_compat: 1, llamacpp: 1 },
    features: { tool_calls: 1, structured_output: 1 },
    models: { 'qwen3:8b': { requests: 5, errors: 1 } },
  });
});

test('energy is null until an exchange with known energy', () => {
  const unknown = payloadOf(statsOf([{}]));
  expect(unknown.totals.energy_joules).toBeNull();
  expect(unknown.models['qwen3:8b']?.energy_joules).toBeNull();
  const known = payloadOf(statsOf([{}, { energyJoules: 12 }, { model: 'other' }]));
  expect(known.totals.energy_joules).toBe(12);
  expect(known.models.other?.energy_joules).toBeNull();
});

test('models may have any name', () => {
  const names = ['__proto__', 'constructor', 'camelCase', 'toString'];
  const { models } = payloadOf(statsOf(names.map((model) => ({ model }))));
  expect(Object.keys(models).sort()).toEqual([...names].sort());
  expect(Object.getPrototypeOf(models)).toBe(Object.prototype);
  for (const name of names) expect(Object.getOwnPropertyDescriptor(models, name)).toBeDefined();
});

test('a period has only its own counts', () => {
  const begun = startPeriod(statsOf([{}, {}]), 5, 2);
  const stats = statsOf([{ model: 'other' }], begun);
  expect(payloadOf(stats)).toMatchObject({ totals: { requests: 3 } });
  expect(payloadOf(stats, 'period')).toMatchObject({
    totals: { requests: 1 },
    apis: { native: 1 },
  });
  expect(Object.keys(payloadOf(stats, 'period').models)).toEqual(['other']);
});

test('this machine has the names that Go uses', () => {
  const { os, arch, cpuCores, ramBytes } = machineFacts();
  expect(['linux', 'darwin', 'windows', 'freebsd']).toContain(os);
  expect(['amd64', 'arm64', '386', 'arm', 'ppc64le', 's390x', 'riscv64']).toContain(arch);
  expect(cpuCores).toBeGreaterThan(0);
  expect(ramBytes).toBeGreaterThan(1e6);
  const none = {
    status: 'none',
    source: null,
    note: 'none',
    noteSentence: null,
    at: null,
    gpus: [],
  } as const;
  expect(gpuFacts(none)).toEqual([]);
});
