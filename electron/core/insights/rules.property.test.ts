import fc from 'fast-check';
import { expect, it } from 'vitest';
import { facts, throttled } from '../../../tests/support/insight-facts.ts';
import type { GivenFacts } from '../../../tests/support/insight-facts.ts';
import { activityRecord } from '../../../tests/support/records.ts';
import { THROTTLE_REASONS } from '../../../shared/gpu.ts';
import type { GpuReading } from '../../../shared/gpu.ts';
import { formatEvidence, formatInsightFigure } from '../../../shared/insights.ts';
import type { Evidence, InsightFigure } from '../../../shared/insights.ts';
import { ERROR_KINDS } from '../../../shared/usage.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { GpuDuring } from './context.ts';
import { judgeContext } from './context-rules.ts';
import { whySlow } from './why-slow.ts';
import type { WasteFacts } from './waste/waste-facts.ts';
import { WASTE_RULES } from './waste/waste-rules.ts';

/** A row may be older than any rule, so every figure may be missing, zero, or far off. */
const figure = fc.option(
  fc.oneof(
    fc.constantFrom(0, 1, -1, 2_050, 16_386, 32_768),
    fc.integer({ min: -1e6, max: 1e9 }).map((thousandths) => thousandths / 1_000),
    fc.integer({ min: 0, max: 200_000 }),
  ),
);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const name = fc.option(fc.constantFrom('m', 'qwen3:8b', '', '__proto__', '$&', 'N MODEL'));
const provenance = fc.option(fc.constantFrom('reported', 'derived', 'estimated'));

const record: fc.Arbitrary<ActivityRecord> = fc
  .record({
    id: fc.nat(),
    startedAt: fc.nat(1e7),
    completedAt: fc.nat(1e7),
    upstream: fc.constantFrom('ollama', 'other'),
    inference: fc.boolean(),
    model: name,
    countedModel: name,
    completed: fc.boolean(),
    readable: fc.boolean(),
    error: fc.option(fc.constantFrom(...ERROR_KINDS), { freq: 1 }),
    usage: fc.record({
      inputTokens: figure,
      cachedInputTokens: figure,
      outputTokens: figure,
      reasoningTokens: figure,
      provenance: fc.record({
        input: provenance,
        cachedInput: provenance,
        output: provenance,
        reasoning: provenance,
      }),
    }),
    rates: fc.record({
      promptTokensPerSecond: figure,
      outputTokensPerSecond: figure,
      provenance: fc.record({ prompt: provenance, output: provenance }),
    }),
    timing: fc.record({
      durationMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
      timeToFirstTokenMs: figure,
      timeToFirstTextMs: figure,
      queueMs: figure,
      loadMs: figure,
      prefillMs: figure,
      decodeMs: figure,
      interTokenP50Ms: figure,
      interTokenMaxMs: figure,
    }),
    features: fc.record({
      tools: fc.constant(null),
      structuredOutput: fc.constant(null),
      images: fc.option(fc.boolean()),
      thinking: fc.constant(null),
    }),
  })
  .map((given) => ({ ...activityRecord(), ...given }));

const gpu: fc.Arbitrary<GpuDuring> = fc.record({
  name: fc.constantFrom('GPU', ''),
  samples: fc.integer({ min: 1, max: 50 }),
  throttled: fc.option(
    fc
      .tuple(...THROTTLE_REASONS.map(() => share))
      .map((shares) =>
        throttled(Object.fromEntries(THROTTLE_REASONS.map((key, i) => [key, shares[i]]))),
      ),
  ),
  utilizationPercent: figure,
  memoryUtilizationPercent: figure,
  clockMHz: figure,
  maxClockMHz: figure,
  powerW: figure,
  powerLimitW: figure,
  maxTemperatureC: figure,
  maxMemoryUsedBytes: figure,
  memoryTotalBytes: figure,
  hasUnifiedMemory: fc.option(fc.boolean()),
  link: fc.option(
    fc.record({
      samples: fc.nat(20),
      below: fc.nat(20),
      generation: fc.nat(5),
      width: fc.nat(16),
      maxGeneration: fc.nat(5),
      maxWidth: fc.nat(16),
    }),
  ),
  other: fc.option(
    fc.record({
      name: fc.constant('blender'),
      utilizationPercent: fc.double({ min: 0, max: 100, noNaN: true }),
    }),
  ),
});

const model = fc.record({
  upstream: fc.constantFrom('ollama', 'other'),
  name: fc.constantFrom('m', 'qwen3:8b', '$&'),
  state: fc.constantFrom('loading', 'loaded', 'sleeping'),
  sizeBytes: figure,
  vramBytes: figure,
  contextLength: figure,
  parameterSize: fc.constant(null),
  quantization: name,
  expiresAt: figure,
});

const machine = fc.record({
  at: fc.nat(),
  cpuPowerW: figure,
  batteryW: figure,
  isOnBattery: fc.option(fc.boolean()),
  powerProfile: fc.option(fc.constantFrom('power-saver', 'balanced')),
  wall: fc.constant(null),
  memoryUsedBytes: figure,
  memoryTotalBytes: figure,
  swapUsedBytes: figure,
});

const kind = fc.option(fc.constantFrom('ollama', 'llamacpp', 'lmstudio', 'vllm', 'unheard-of'));
const exchange = fc.record({
  record,
  context: fc.record({
    loadedModel: fc.option(model),
    meanInFlight: figure,
    gpus: fc.array(gpu, { maxLength: 2 }),
    machine: fc.option(machine),
  }),
  usual: fc.record({
    outputTokensPerSecond: figure,
    promptTokensPerSecond: figure,
    aloneOutputTokensPerSecond: figure,
    previousInputTokens: figure,
    exchanges: fc.nat(50),
  }),
  end: fc.record({
    contextWords: fc.option(
      fc.record({
        kind: fc.constantFrom('exceeded', 'truncated'),
        promptTokens: figure,
        contextTokens: figure,
      }),
    ),
    requestBytes: fc.nat(1e7),
    promptEstimate: fc.record({ tokens: fc.nat(1e6), error: fc.option(share) }),
  }),
  serverKind: kind,
}) as fc.Arbitrary<GivenFacts>;

interface Sentence {
  readonly title: string;
  readonly figure: InsightFigure;
  readonly evidence: readonly Evidence[];
  readonly advice: string | null;
  readonly saving: InsightFigure | null;
}

function expectPlain({ title, figure, evidence, advice, saving }: Sentence): void {
  const shown = [
    title,
    advice ?? '',
    formatInsightFigure(figure),
    saving === null ? '' : formatInsightFigure(saving),
    ...evidence.flatMap((each) => [each.label, formatEvidence(each)]),
  ];
  for (const text of shown) expect(text).not.toMatch(/NaN|null|undefined|Infinity|–/);
  expect(title).toMatch(/[.]$/);
}

it('no rule about an exchange throws, or prints what is unknown', () => {
  let found = 0;
  fc.assert(
    fc.property(exchange, (given) => {
      const judged = [whySlow(facts(given)), judgeContext(facts(given))];
      for (const each of judged) {
        if (each === null) continue;
        found += 1;
        expectPlain(each);
      }
    }),
    { numRuns: 2_000 },
  );
  // Otherwise the property would hold for rules that never fire.
  expect(found).toBeGreaterThan(100);
});

const NOW = 1e7;
const reading = fc
  .record({ utilizationPercent: figure, powerW: figure, powerLimitW: figure })
  .map((given): GpuReading => ({
    index: 0,
    id: null,
    name: 'GPU',
    vendor: 'other',
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    temperatureC: null,
    ...given,
  }));
const positive = fc.constantFrom(100, 200, 300);
const waste = fc.record({
  records: fc.array(record, { maxLength: 40 }),
  listed: fc.array(fc.record({ model, since: fc.nat(NOW) }), { maxLength: 3 }),
  gpus: fc.array(reading, { maxLength: 2 }),
  idleWork: fc.array(
    fc.record({
      gpu: fc.constant('GPU'),
      durationMs: fc.nat(1e6),
      meanPowerW: figure,
      utilizationPercent: fc.double({ min: 50, max: 100, noNaN: true }),
      otherProcess: fc.option(fc.constant('blender')),
    }),
    { maxLength: 2 },
  ),
  powerSamples: fc.array(
    fc.record({
      gpu: fc.constant('GPU'),
      upstream: fc.constant('ollama'),
      model: name,
      limitW: positive,
      powerW: positive,
      tokensPerSecond: positive,
    }),
    { maxLength: 60 },
  ),
  phantom: figure,
  kind,
});

it('no rule about a model or the machine throws, or prints what is unknown', () => {
  let found = 0;
  fc.assert(
    fc.property(waste, ({ phantom, kind, ...given }) => {
      const facts = {
        ...given,
        now: NOW,
        contextCases: [],
        kindOf: () => kind,
        isLocal: () => true,
        phantomWatts: () => phantom,
        contextBytesPerToken: () => phantom,
      } as WasteFacts;
      for (const rule of WASTE_RULES) {
        for (const each of rule.find(facts) ?? []) {
          found += 1;
          expectPlain(each);
        }
        expect(rule.note?.(facts) ?? '').not.toMatch(/NaN|null|undefined|–/);
      }
    }),
    { numRuns: 500 },
  );
  expect(found).toBeGreaterThan(20);
});
