import { describe, expect, it } from 'vitest';
import {
  GIB,
  SLOW,
  facts,
  gpu,
  loadedModel,
  machine,
  speed,
  throttled,
} from '../../../tests/support/insight-facts.ts';
import type { GivenFacts } from '../../../tests/support/insight-facts.ts';
import { usageOf } from '../../../tests/support/records.ts';
import { SLOW_KINDS } from '../../../shared/insights.ts';
import type { InsightKind } from '../../../shared/insights.ts';
import type { LinkDuring } from './context.ts';
import { SLOW_RULES, whySlow } from './why-slow.ts';

const link: LinkDuring = {
  samples: 10,
  below: 10,
  generation: 4,
  width: 4,
  maxGeneration: 4,
  maxWidth: 16,
};
const prompt = (
  tokens: number,
  cached: number | null,
  prefillMs: number,
): NonNullable<GivenFacts['record']> => ({
  usage: { ...usageOf(tokens, 400), cachedInputTokens: cached },
  timing: { prefillMs },
});
const withGpu = (...given: Parameters<typeof gpu>): GivenFacts => ({
  ...SLOW,
  context: { gpus: [gpu(...given)] },
});

/** For each rule: what fires it, its sentence, and cases that look like it. */
const CASES: Readonly<
  Record<
    (typeof SLOW_KINDS)[number],
    { readonly fires: GivenFacts; readonly title: string; readonly alike: readonly GivenFacts[] }
  >
> = {
  cold_load: {
    fires: { record: { timing: { loadMs: 12_400 } } },
    title: 'Waited 12.4 s while the model was loaded.',
    // Ollama's preparation of a loaded model.
    alike: [{ record: { timing: { loadMs: 700 } } }],
  },
  queue: {
    fires: { record: { timing: { queueMs: 8_200 } }, context: { meanInFlight: 3.4 } },
    title: "Waited 8.20 s in the server's queue.",
    alike: [{ record: { timing: { queueMs: 300 } }, context: { meanInFlight: 3.4 } }],
  },
  long_prompt: {
    fires: { record: prompt(18_240, null, 14_200) },
    title: 'Read 18.2k tokens of prompt in 14.2 s before the first token.',
    // A long prompt from the cache; a long prompt on a fast GPU.
    alike: [{ record: prompt(18_240, 17_000, 900) }, { record: prompt(18_240, null, 2_100) }],
  },
  cpu_spill: {
    fires: { ...SLOW, context: { loadedModel: loadedModel({ vramBytes: 4.5 * GIB }) } },
    title: '25 % of the model (1.5 GiB) is in main memory, which cost about 14.3 s.',
    alike: [
      // All of it in GPU memory; all of it on the processor; one memory for both; a short answer.
      { record: speed(20), context: { loadedModel: loadedModel() } },
      { record: speed(20), context: { loadedModel: loadedModel({ vramBytes: 0 }) } },
      {
        record: { timing: { decodeMs: 20_000 } },
        context: {
          loadedModel: loadedModel({ vramBytes: 4.5 * GIB }),
          gpus: [gpu({ hasUnifiedMemory: true })],
        },
      },
      { context: { loadedModel: loadedModel({ vramBytes: 4.5 * GIB }) } },
    ],
  },
  thermal_limit: {
    fires: withGpu({ throttled: throttled({ thermal: 0.7 }), maxTemperatureC: 89 }),
    title:
      'RTX 4090 slowed itself down at 89 °C for 70 % of the time, and this took 14.3 s longer than usual.',
    alike: [
      // A flash at a change of state, and heat without a slower answer.
      { context: { gpus: [gpu({ throttled: throttled({ hardware_slowdown: 0.1 }) })] } },
      { context: { gpus: [gpu({ throttled: throttled({ thermal: 0.7 }) })] } },
    ],
  },
  power_limit: {
    fires: withGpu({ throttled: throttled({ power_cap: 1 }), powerLimitW: 200 }),
    title: 'RTX 4090 ran at its power limit, and this took 14.3 s longer than usual.',
    alike: [{ context: { gpus: [gpu({ throttled: throttled({ power_cap: 1 }) })] } }],
  },
  other_gpu_work: {
    fires: withGpu({ other: { name: 'blender', utilizationPercent: 55 } }),
    title: 'blender used 55 % of RTX 4090, and this took 14.3 s longer than usual.',
    alike: [{ context: { gpus: [gpu({ other: { name: 'blender', utilizationPercent: 55 } })] } }],
  },
  memory_pressure: {
    fires: {
      ...SLOW,
      context: { machine: machine({ memoryUsedBytes: 31 * GIB, swapUsedBytes: 6 * GIB }) },
    },
    title:
      'Main memory was 97 % full with 6.0 GiB swapped out, and this took 14.3 s longer than usual.',
    alike: [
      { context: { machine: machine({ memoryUsedBytes: 31 * GIB, swapUsedBytes: 6 * GIB }) } },
    ],
  },
  context_near_limit: {
    fires: {
      ...SLOW,
      record: { ...SLOW.record, usage: usageOf(7_600, 400) },
      context: { loadedModel: loadedModel() },
    },
    title: 'The context was 98 % full, and this took 14.3 s longer than usual.',
    alike: [
      { record: { usage: usageOf(7_600, 400) }, context: { loadedModel: loadedModel() } },
      { record: { usage: usageOf(2_000, 400) }, context: { loadedModel: loadedModel() } },
    ],
  },
  power_saving: {
    fires: { ...SLOW, context: { machine: machine({ powerProfile: 'power-saver' }) } },
    title:
      'The machine ran in the power profile "power-saver", and this took 14.3 s longer than usual.',
    alike: [{ context: { machine: machine({ isOnBattery: true }) } }],
  },
  pcie_link: {
    fires: withGpu({ link }),
    title:
      'RTX 4090 used PCIe 4 × 4 instead of 4 × 16 under load, and this took 14.3 s longer than usual.',
    alike: [{ context: { gpus: [gpu({ link })] } }],
  },
  several_at_once: {
    fires: {
      record: speed(20),
      usual: { aloneOutputTokensPerSecond: 70 },
      context: { meanInFlight: 3.4 },
    },
    title:
      'Shared the server with 2.4 other requests on average, which took 14.3 s longer than alone.',
    alike: [
      // Alone; several that cost nothing; a usual speed alone that is not known.
      {
        record: speed(60),
        usual: { aloneOutputTokensPerSecond: 70 },
        context: { meanInFlight: 3.4 },
      },
      { record: speed(20), context: { meanInFlight: 3.4 } },
    ],
  },
  slower_than_usual: {
    fires: SLOW,
    title:
      'The answer was 3.5 × slower than usual for this model, 14.3 s in all, and no cause was seen.',
    alike: [
      // A little slower for long, and much slower for a moment.
      { ...SLOW, record: { ...speed(55), usage: usageOf(900, 4_000) } },
      { ...SLOW, record: { ...SLOW.record, usage: usageOf(900, 40) } },
      // An answer of a few tokens, and an estimated speed.
      { ...SLOW, record: { ...SLOW.record, usage: usageOf(900, 12) } },
      {
        ...SLOW,
        record: {
          rates: {
            promptTokensPerSecond: null,
            outputTokensPerSecond: 20,
            provenance: { prompt: null, output: 'estimated' },
          },
        },
      },
    ],
  },
};

describe.each(SLOW_KINDS)('%s', (kind: InsightKind & keyof typeof CASES) => {
  const { fires, title, alike } = CASES[kind];

  it('is told in one sentence with figures', () => {
    expect(whySlow(facts(fires))).toMatchObject({ kind, title });
  });

  it.each(alike.map((given, index) => [index, given] as const))(
    'is not like case %i',
    (_, given) => {
      expect(whySlow(facts(given))).toBeNull();
    },
  );
});

describe('several causes', () => {
  it('are ordered by the time that they explain, and the others are evidence', () => {
    const found = whySlow(
      facts({ record: { timing: { loadMs: 4_000, queueMs: 9_000 } }, serverKind: 'lmstudio' }),
    );
    expect(found).toMatchObject({ kind: 'queue' });
    expect(found?.evidence).toContainEqual({
      label: 'Also: Loading the model',
      labelSentence: { code: 'also', params: { cause: { text: 'name_cold_load' } } },
      valueSentence: null,
      value: 4_000,
      unit: 'ms',
    });
  });

  it('leave no room for "no cause seen"', () => {
    const found = whySlow(facts(withGpu({ throttled: throttled({ thermal: 0.5 }) })));
    expect(found?.kind).toBe('thermal_limit');
    expect(found?.evidence.map(({ label }) => label)).not.toContain('Also: No cause seen');
  });
});

describe('figures and advice', () => {
  it('say what a stable beginning of the prompt would have saved', () => {
    const found = whySlow(
      facts({ record: prompt(18_000, 500, 17_500), usual: { previousInputTokens: 16_500 } }),
    );
    expect(found).toMatchObject({ kind: 'long_prompt', saving: { value: 16_000, unit: 'ms' } });
    expect(found?.advice).toContain('Keep the beginning of the prompt the same');
  });

  it('promise nothing if the server tells no cached tokens, or a new conversation begins', () => {
    const untold = { record: prompt(18_000, null, 17_500), usual: { previousInputTokens: 16_500 } };
    const fresh = { record: prompt(18_000, 0, 17_500), usual: { previousInputTokens: 40_000 } };
    for (const given of [untold, fresh]) expect(whySlow(facts(given))?.saving).toBeNull();
  });

  it.each([
    ['ollama', 'OLLAMA_KEEP_ALIVE'],
    ['llama-swap', 'ttl'],
    ['lmstudio', 'lms load qwen3:8b --ttl'],
    ['llamacpp', '--sleep-idle-seconds'],
    [null, 'unloads idle models'],
  ])('name the setting of %s', (serverKind, setting) => {
    const found = whySlow(facts({ record: { timing: { loadMs: 9_000 } }, serverKind }));
    expect(found?.advice).toContain(setting);
  });

  it('tell a GPU that waits for memory which the driver moved', () => {
    const full = { maxMemoryUsedBytes: 23.9 * GIB, utilizationPercent: 99 };
    const found = whySlow(facts(withGpu({ ...full, memoryUtilizationPercent: 2 })));
    expect(found).toMatchObject({ kind: 'memory_pressure', figure: { unit: 'percent' } });
    const busy = whySlow(facts(withGpu({ ...full, memoryUtilizationPercent: 80 })));
    expect(busy?.kind).toBe('slower_than_usual');
  });

  it('take no PCIe link of generation 1 with one lane for a slow one', () => {
    const misreported = { ...link, generation: 1, width: 1, maxGeneration: 5 };
    expect(whySlow(facts(withGpu({ link: misreported })))?.kind).toBe('slower_than_usual');
    const idle = { ...link, below: 4 };
    expect(whySlow(facts(withGpu({ link: idle })))?.kind).toBe('slower_than_usual');
  });
});

it('nothing is told of a failed or missing answer', () => {
  const record = { error: 'client_aborted', timing: { loadMs: 12_000 } } as const;
  expect(whySlow(facts({ record }))).toBeNull();
  expect(whySlow(facts({ record: { inference: false, timing: { loadMs: 12_000 } } }))).toBeNull();
});

it('nothing is told on thin evidence', () => {
  expect(whySlow(facts())).toBeNull();
  const readings = {
    samples: 2,
    throttled: throttled({ thermal: 1, power_cap: 1 }),
    link: { ...link, samples: 2, below: 2 },
  };
  for (const given of [withGpu(readings), { record: speed(1) }, { context: { gpus: [gpu()] } }]) {
    const found = whySlow(facts(given));
    expect(found === null || found.kind === 'slower_than_usual').toBe(true);
  }
  expect(SLOW_RULES.map(({ kind }) => kind)).toEqual(SLOW_KINDS);
});
