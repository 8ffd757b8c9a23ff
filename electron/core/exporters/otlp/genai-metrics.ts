import { ValueType } from '@opentelemetry/api';
import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';
import type { ActivityRecord, Provenance } from '../../../../shared/usage.ts';
import { EnergyMetrics } from './energy-metrics.ts';
import { errorAttributes } from './attributes.ts';
import { isAmount } from '../amount.ts';

const TOKENS = [
  1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
  67_108_864,
];
// The boundaries of the conventions are too small for long prompts on local machines. The values in
// the second row are additions.
const DURATION = [
  ...[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  ...[163.84, 327.68, 655.36, 1_310.72, 2_621.44],
];
const FIRST_TOKEN = [
  ...[0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  ...[20, 30, 60, 120, 300, 600, 1_200],
];
const PER_TOKEN = [
  ...[0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
  ...[5, 10],
];

/** Servers do not report tokens by modality. */
const MODALITY = { 'gen_ai.token.modality': 'unknown' };

/**
 * The metrics of OpenTelemetry's conventions for generative AI, computed from finished exchanges.
 * Unknown values are not recorded, although the conventions suggest zero. Estimated counts have
 * their own series with the attribute `tokwatt.estimated`.
 */
export class GenAiMetrics {
  readonly #input: TokenInstruments;
  readonly #output: TokenInstruments;
  readonly #tokenUsage: Histogram;
  readonly #cached: Counter;
  readonly #reasoning: Counter;
  readonly #times: ReturnType<typeof timeInstruments>;
  readonly #energy: EnergyMetrics;

  constructor(meter: Meter) {
    this.#tokenUsage = tokenHistogram(
      meter,
      'gen_ai.client.token.usage',
      'Number of input and output tokens used.',
    );
    this.#input = tokenInstruments(meter, 'input', 'prompt tokens, cached ones included');
    this.#output = tokenInstruments(meter, 'output', 'generated tokens, reasoning included');
    this.#cached = tokenCounter(
      meter,
      'gen_ai.client.inference.usage.cache_read.input_tokens',
      'Prompt tokens that were served from a cache.',
    );
    this.#reasoning = tokenCounter(
      meter,
      'gen_ai.client.inference.usage.reasoning.output_tokens',
      'Generated tokens that were reasoning.',
    );
    this.#times = timeInstruments(meter);
    this.#energy = new EnergyMetrics(meter);
  }

  /** Counts a finished exchange. `attributes` are added to all its series. */
  record(record: ActivityRecord, attributes: Attributes): void {
    const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = record.usage;
    const { input, cachedInput, output, reasoning } = record.usage.provenance;
    const errors = errorAttributes(record);
    this.#countTokens(this.#input, inputTokens, { ...attributes, ...mark(input) }, errors);
    this.#countTokens(this.#output, outputTokens, { ...attributes, ...mark(output) }, errors);
    if (isAmount(cachedInputTokens)) {
      this.#cached.add(cachedInputTokens, { ...attributes, ...mark(cachedInput), ...MODALITY });
    }
    if (isAmount(reasoningTokens)) {
      this.#reasoning.add(reasoningTokens, { ...attributes, ...mark(reasoning), ...MODALITY });
    }
    this.#recordTimes(record, attributes, errors);
    this.#energy.record(record, attributes);
  }

  #countTokens(
    { type, total, each }: TokenInstruments,
    tokens: number | null,
    attributes: Attributes,
    errors: Attributes,
  ): void {
    if (!isAmount(tokens)) return;
    this.#tokenUsage.record(tokens, { ...attributes, 'gen_ai.token.type': type });
    total.add(tokens, { ...attributes, ...MODALITY });
    each.record(tokens, { ...attributes, ...errors });
  }

  #recordTimes(record: ActivityRecord, attributes: Attributes, errors: Attributes): void {
    const { error, timing } = record;
    const { operation, request, firstToken, perToken } = this.#times;
    put(operation, timing.durationMs, { ...attributes, ...errors });
    if (error !== 'refused' && error !== 'upstream_unreachable') {
      put(request, timing.durationMs, { ...attributes, ...errors });
    }
    if (error !== null) return;
    put(firstToken, timing.timeToFirstTokenMs, attributes);
    put(perToken, msPerToken(record), attributes);
  }
}

interface TokenInstruments {
  readonly type: 'input' | 'output';
  readonly total: Counter;
  readonly each: Histogram;
}

function tokenInstruments(
  meter: Meter,
  type: TokenInstruments['type'],
  what: string,
): TokenInstruments {
  return {
    type,
    total: tokenCounter(
      meter,
      `gen_ai.client.inference.usage.${type}_tokens`,
      `Number of ${what}.`,
    ),
    each: tokenHistogram(
      meter,
      `gen_ai.client.inference.operation.${type}_tokens`,
      `Number of ${what}, by exchange.`,
    ),
  };
}

function tokenCounter(meter: Meter, name: string, description: string): Counter {
  return meter.createCounter(name, { unit: '{token}', description, valueType: ValueType.INT });
}

function tokenHistogram(meter: Meter, name: string, description: string): Histogram {
  return meter.createHistogram(name, {
    unit: '{token}',
    description,
    valueType: ValueType.INT,
    advice: { explicitBucketBoundaries: TOKENS },
  });
}

function timeInstruments(meter: Meter) {
  const seconds = (name: string, description: string, boundaries: number[]): Histogram =>
    meter.createHistogram(name, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries: boundaries },
    });
  return {
    operation: seconds(
      'gen_ai.client.operation.duration',
      'From the head of a request to the end of its answer.',
      DURATION,
    ),
    request: seconds(
      'gen_ai.server.request.duration',
      'The same, for requests that reached the server.',
      DURATION,
    ),
    firstToken: seconds(
      'gen_ai.server.time_to_first_token',
      'From the head of a request to the first generated content; successful requests.',
      FIRST_TOKEN,
    ),
    perToken: seconds(
      'gen_ai.server.time_per_output_token',
      'Time for each token after the first; successful requests.',
      PER_TOKEN,
    ),
  };
}

/**
 * The formula of the conventions for a stream: the time after the first token divided by the number
 * of the other tokens. For an answer in one piece, the server's own generation time is used.
 */
function msPerToken({ stream, timing, usage }: ActivityRecord): number | null {
  const { durationMs, timeToFirstTokenMs, decodeMs } = timing;
  const { outputTokens, provenance } = usage;
  if (outputTokens === null || provenance.output === 'estimated') return null;
  if (stream === true && timeToFirstTokenMs !== null && outputTokens > 1) {
    return (durationMs - timeToFirstTokenMs) / (outputTokens - 1);
  }
  return decodeMs === null || stream === true || outputTokens === 0
    ? null
    : decodeMs / outputTokens;
}

function mark(provenance: Provenance | null): Attributes {
  return provenance === 'estimated' ? { 'tokwatt.estimated': true } : {};
}

function put(histogram: Histogram, ms: number | null, attributes: Attributes): void {
  if (isAmount(ms)) histogram.record(ms / 1_000, attributes);
}
