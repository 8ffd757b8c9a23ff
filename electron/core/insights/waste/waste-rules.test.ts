import { describe, expect, it } from 'vitest';
import { inEnglish } from '../../../../shared/sentences.ts';
import { GIB, facts, loadedModel } from '../../../../tests/support/insight-facts.ts';
import { activityRecord, usageOf } from '../../../../tests/support/records.ts';
import { NO_GPU_DETAILS } from '../../../../shared/gpu.ts';
import type { GpuReading } from '../../../../shared/gpu.ts';
import type { LoadedModel } from '../../../../shared/slices.ts';
import type { ActivityRecord, Timing } from '../../../../shared/usage.ts';
import { judgeContext } from '../context-rules.ts';
import type { IdleWork } from '../idle-work.ts';
import type { PowerSample } from '../power-history.ts';
import { PHANTOM_LOAD, REPEATED_LOADS } from './loads.ts';
import { BUSY_WITHOUT_TOKENS, INEFFICIENT_POWER_LIMIT, SMALL_SPILL_RULE } from './machine.ts';
import { OVERSIZED_CONTEXT, REPEATED_PREFIX, TRUNCATED_PROMPTS } from './prompts.ts';
import type { Finding, WasteFacts } from './waste-facts.ts';
import { WASTE_RULES } from './waste-rules.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const GPU: GpuReading = {
  index: 0,
  id: 'GPU-0',
  name: 'RTX 4090',
  vendor: 'nvidia',
  utilizationPercent: 2,
  memoryUsedBytes: 12 * GIB,
  memoryTotalBytes: 24 * GIB,
  temperatureC: 50,
  powerW: 30,
  powerLimitW: 388,
  details: NO_GPU_DETAILS,
};

function given(parts: Partial<WasteFacts>): WasteFacts {
  return {
    now: NOW,
    records: [],
    listed: [],
    gpus: [GPU],
    idleWork: [],
    powerSamples: [],
    contextCases: [],
    kindOf: () => 'ollama',
    isLocal: () => true,
    phantomWatts: () => null,
    contextBytesPerToken: () => null,
    ...parts,
  };
}

const listed = (model: Partial<LoadedModel> = {}, since = NOW - 5 * HOUR) => [
  { model: loadedModel(model), since },
];

/** An exchange that ended so long ago and took two seconds. */
function ended(
  agoMs: number,
  { timing, ...more }: Partial<Omit<ActivityRecord, 'timing'>> & { timing?: Partial<Timing> } = {},
): ActivityRecord {
  const completedAt = NOW - agoMs;
  const ordinary = activityRecord({ id: agoMs, completedAt, startedAt: completedAt - 2_000 });
  return { ...ordinary, ...more, timing: { ...ordinary.timing, loadMs: null, ...timing } };
}

describe('a forgotten model', () => {
  const used = [ended(3 * HOUR + 5 * MINUTE)];

  it('costs watts where the idle power is known', () => {
    const found = PHANTOM_LOAD.find(
      given({ listed: listed(), records: used, phantomWatts: () => 31 }),
    );
    expect(found).toMatchObject([
      {
        subject: 'ollama/qwen3:8b',
        title: 'qwen3:8b has been loaded without use for 3 h 05 min and costs 31.0 W all the time.',
        figure: { value: 31, unit: 'watts' },
        saving: { value: 31, unit: 'watts' },
      },
    ]);
    expect(found?.[0]?.advice).toContain('ollama stop qwen3:8b');
  });

  it('holds memory where it is not', () => {
    expect(PHANTOM_LOAD.find(given({ listed: listed(), records: used }))?.[0]?.title).toContain(
      'holds 6.0 GiB of memory',
    );
  });

  it.each([
    ['a model in use', given({ listed: listed(), records: [ended(MINUTE)] })],
    ['a model that was loaded just now', given({ listed: listed({}, NOW - MINUTE) })],
    ['one that is unloaded soon', given({ listed: listed({ expiresAt: NOW + MINUTE }) })],
    ['one that sleeps', given({ listed: listed({ state: 'sleeping' }) })],
    ['one of unknown size', given({ listed: listed({ sizeBytes: null, vramBytes: null }) })],
  ])('is not %s', (_case, facts) => {
    expect(PHANTOM_LOAD.find(facts)).toEqual([]);
  });
});

describe('a model that is loaded over and over', () => {
  /** Every eight minutes, each with a load; newest first. */
  const every8 = (more: Parameters<typeof ended>[1] = {}): ActivityRecord[] =>
    Array.from({ length: 6 }, (_, i) => ended((i + 1) * 8 * MINUTE, more));
  const loads = every8({ timing: { loadMs: 8_000 } });

  it('is told with its pauses and the time spent', () => {
    const found = REPEATED_LOADS.find(given({ records: loads }));
    expect(found).toMatchObject([
      {
        title:
          'qwen3:8b was loaded 5 times in the last hour after pauses of about 7 min 58 s, and requests waited 40.0 s for it.',
        saving: { value: 40_000, unit: 'ms' },
      },
    ]);
    expect(found?.[0]?.advice).toContain('OLLAMA_KEEP_ALIVE');
  });

  it.each([
    ['one that stays loaded', every8()],
    ['two loads', loads.slice(0, 3)],
    [
      'a swap with another model',
      loads.flatMap((load, i) => [load, ended((i + 1) * 8 * MINUTE + 60_000, other('llama3'))]),
    ],
    [
      'loads after long pauses',
      [1, 2, 3, 4, 5].map((i) => ended(i * 40 * MINUTE, { timing: { loadMs: 8_000 } })),
    ],
  ])('is not %s', (_case, records) => {
    expect(REPEATED_LOADS.find(given({ records }))).toEqual([]);
  });
});

function other(model: string): Partial<ActivityRecord> {
  return { model, countedModel: model };
}

describe('a prompt that is read again', () => {
  /** A conversation that grows by 500 tokens each minute; newest first. */
  const conversation = (
    cached: (before: number) => number | null,
    grows = (i: number) => 4_000 + i * 500,
  ): ActivityRecord[] =>
    Array.from({ length: 9 }, (_, i) => {
      const usage = {
        ...usageOf(grows(i), 100),
        cachedInputTokens: i === 0 ? 0 : cached(grows(i - 1)),
      };
      return ended((10 - i) * MINUTE, { usage, timing: { prefillMs: grows(i) } });
    }).reverse();

  it('is told with the tokens and the time that they took', () => {
    const found = REPEATED_PREFIX.find(given({ records: conversation(() => 0) }));
    expect(found).toMatchObject([
      {
        title:
          'curl let qwen3:8b read 46.0k tokens again in 8 requests of growing conversations, which took 46.0 s.',
        saving: { value: 46_000, unit: 'ms' },
      },
    ]);
  });

  it.each([
    ['a conversation from the cache', conversation((before) => before - 20)],
    [
      'prompts that do not grow',
      conversation(
        () => 0,
        (i) => 9_000 - i * 500,
      ),
    ],
    [
      'other texts',
      conversation(
        () => 0,
        (i) => 4_000 * 3 ** i,
      ),
    ],
    [
      'a few tokens',
      conversation(
        () => 0,
        (i) => 100 + i * 10,
      ),
    ],
  ])('is not %s', (_case, records) => {
    expect(REPEATED_PREFIX.find(given({ records }))).toEqual([]);
  });

  it('cannot be told if the server reports no cached tokens', () => {
    const untold = Array.from({ length: 20 }, (_, i) => ended(i * MINUTE));
    expect(REPEATED_PREFIX.find(given({ records: untold }))).toBeNull();
  });
});

describe('a context that is too large', () => {
  const used = (tokens: number, count = 60): ActivityRecord[] =>
    Array.from({ length: count }, (_, i) => ended(i * MINUTE, { usage: usageOf(tokens, 200) }));

  it('is told with the most that was used, and the context that would do', () => {
    const found = OVERSIZED_CONTEXT.find(
      given({ listed: listed({ contextLength: 131_072 }), records: used(6_000) }),
    );
    expect(found).toMatchObject([
      {
        title:
          'qwen3:8b has a context of 131k tokens, and its last 60 exchanges used at most 6.20k tokens.',
        saving: { value: 131_072 - 16_384, unit: 'tokens' },
      },
    ]);
    expect(found?.[0]?.advice).toContain('OLLAMA_CONTEXT_LENGTH=16384');
  });

  it('is told with its memory where the layers of the model are known', () => {
    const perToken = 147_456;
    const find = (sizeBytes: number | null): readonly Finding[] | null => {
      const large = listed({ contextLength: 131_072, sizeBytes });
      return OVERSIZED_CONTEXT.find(
        given({ listed: large, records: used(6_000), contextBytesPerToken: () => perToken }),
      );
    };
    const saving = { value: (131_072 - 16_384) * perToken, unit: 'bytes' };
    for (const size of [23 * GIB, null]) {
      expect(find(size)).toMatchObject([{ saving }]);
      expect(find(size)?.[0]?.evidence).toContainEqual(expect.objectContaining(saving));
    }
    // The context cannot take more memory than the model has with it, so its values are smaller.
    expect(find(6 * GIB)).toMatchObject([{ saving: { unit: 'tokens' } }]);
  });

  it('is not one that is used, or a small one', () => {
    const large = listed({ contextLength: 131_072 });
    expect(OVERSIZED_CONTEXT.find(given({ listed: large, records: used(90_000) }))).toEqual([]);
    expect(OVERSIZED_CONTEXT.find(given({ listed: listed(), records: used(900) }))).toEqual([]);
  });

  it('cannot be told after a few exchanges', () => {
    const facts = given({ listed: listed({ contextLength: 131_072 }), records: used(900, 20) });
    expect(OVERSIZED_CONTEXT.find(facts)).toBeNull();
  });
});

describe('a small spill', () => {
  const records = [ended(MINUTE)];
  const spilled = listed({ vramBytes: 5.6 * GIB });

  it('is told with the memory that is missing', () => {
    expect(SMALL_SPILL_RULE.find(given({ listed: spilled, records }))).toMatchObject([
      {
        title:
          'qwen3:8b misses GPU memory by 410 MiB: 7 % of it is in main memory and slows down each token.',
        figure: { unit: 'bytes' },
      },
    ]);
  });

  it.each([
    ['a model that fits', given({ listed: listed(), records })],
    ['one that spills by a lot', given({ listed: listed({ vramBytes: 2 * GIB }), records })],
    ['one that runs on the processor', given({ listed: listed({ vramBytes: 0 }), records })],
    ['one that nobody uses', given({ listed: spilled })],
  ])('is not %s', (_case, facts) => {
    expect(SMALL_SPILL_RULE.find(facts)).toEqual([]);
  });

  it('cannot be told of one memory for both, or right after the load', () => {
    const unified = { ...GPU, details: { ...NO_GPU_DETAILS, hasUnifiedMemory: true } };
    expect(SMALL_SPILL_RULE.find(given({ listed: spilled, records, gpus: [unified] }))).toBeNull();
    const fresh = listed({ vramBytes: 5.6 * GIB }, NOW - 1_000);
    expect(SMALL_SPILL_RULE.find(given({ listed: fresh, records }))).toBeNull();
  });
});

describe('a GPU at work without requests', () => {
  const work: IdleWork = {
    gpu: 'RTX 4090',
    durationMs: 250_000,
    meanPowerW: 280,
    utilizationPercent: 97,
    otherProcess: null,
  };

  it('is told with its watts', () => {
    expect(BUSY_WITHOUT_TOKENS.find(given({ listed: listed(), idleWork: [work] }))).toMatchObject([
      {
        scope: 'machine',
        title: 'RTX 4090 drew 280 W for 4 min 10 s while no request was in flight.',
        saving: { value: 280, unit: 'watts' },
      },
    ]);
  });

  it('is not a short time, or the work of another program', () => {
    const idleWork = [
      { ...work, durationMs: 20_000 },
      { ...work, otherProcess: 'blender' },
    ];
    expect(BUSY_WITHOUT_TOKENS.find(given({ listed: listed(), idleWork }))).toEqual([]);
  });

  it('cannot be told without a model on this machine', () => {
    expect(BUSY_WITHOUT_TOKENS.find(given({ idleWork: [work] }))).toBeNull();
    const elsewhere = given({ listed: listed(), idleWork: [work], isLocal: () => false });
    expect(BUSY_WITHOUT_TOKENS.find(elsewhere)).toBeNull();
  });
});

describe('a power limit', () => {
  const at = (limitW: number, powerW: number, tokensPerSecond: number, count = 8): PowerSample[] =>
    Array.from({ length: count }, () => ({
      gpu: 'RTX 4090',
      upstream: 'ollama',
      model: 'qwen3:8b',
      limitW,
      powerW,
      tokensPerSecond,
    }));

  it('is compared with the lower ones that were seen', () => {
    const powerSamples = [...at(388, 380, 100), ...at(330, 322, 95), ...at(230, 228, 66)];
    expect(INEFFICIENT_POWER_LIMIT.find(given({ powerSamples }))).toMatchObject([
      {
        title:
          'At a limit of 330 W instead of 388 W, RTX 4090 kept 95 % of its speed and drew 58.0 W less.',
        saving: { value: 58, unit: 'watts' },
      },
    ]);
    expect(INEFFICIENT_POWER_LIMIT.note?.(given({ powerSamples }))).toBeNull();
  });

  it('has no better one if speed falls with the power, and that is said', () => {
    const facts = given({ powerSamples: [...at(388, 380, 100), ...at(230, 228, 66)] });
    expect(INEFFICIENT_POWER_LIMIT.find(facts)).toEqual([]);
    expect(inEnglish(INEFFICIENT_POWER_LIMIT.note!(facts)!)).toBe(
      'RTX 4090 has no better power limit among those seen: at 230 W, it lost speed for the power it saved, against 388 W.',
    );
  });

  it.each([
    ['one limit', at(388, 380, 100, 50)],
    ['a few answers at the other', [...at(388, 380, 100), ...at(330, 322, 95, 7)]],
    ['a limit that is not in force', [...at(450, 380, 100), ...at(330, 322, 95)]],
  ])('cannot be judged from %s', (_case, powerSamples) => {
    expect(INEFFICIENT_POWER_LIMIT.find(given({ powerSamples }))).toBeNull();
    expect(INEFFICIENT_POWER_LIMIT.note?.(given({ powerSamples }))).toBeNull();
  });
});

describe('truncated prompts', () => {
  const words = { kind: 'exceeded', promptTokens: 9_000, contextTokens: 8_192 } as const;
  const finding = judgeContext(facts({ end: { contextWords: words } }))!;
  const cases = (...agoMs: number[]) => agoMs.map((ms) => ({ record: ended(ms), finding }));
  const records = [ended(MINUTE)];

  it('are told by model for an hour', () => {
    const one = TRUNCATED_PROMPTS.find(given({ records, contextCases: cases(MINUTE) }));
    expect(one).toMatchObject([
      {
        scope: 'model',
        title:
          'A prompt for qwen3:8b was refused in the last hour, because it exceeds the context.',
        figure: finding.figure,
      },
    ]);
    const three = given({ records, contextCases: cases(3 * MINUTE, 2 * MINUTE, MINUTE) });
    expect(TRUNCATED_PROMPTS.find(three)).toMatchObject([
      {
        kind: 'context_exceeded',
        title:
          '3 prompts for qwen3:8b were refused in the last hour, because they exceed the context.',
      },
    ]);
  });

  it('are forgotten then', () => {
    expect(TRUNCATED_PROMPTS.find(given({ records, contextCases: cases(2 * HOUR) }))).toEqual([]);
  });
});

describe('thin evidence', () => {
  it.each(WASTE_RULES.map((rule) => [rule.kind, rule] as const))('tells nothing: %s', (_, rule) => {
    const nothing = given({ gpus: [] });
    const aLittle = given({ records: [ended(MINUTE)], listed: listed({}, NOW - MINUTE) });
    for (const facts of [nothing, aLittle]) {
      expect(rule.find(facts) ?? []).toEqual([]);
      expect(rule.note?.(facts) ?? null).toBeNull();
    }
  });
});
