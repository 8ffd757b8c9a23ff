import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import { ENERGY_SUMS } from '../../../../shared/energy-sums.ts';
import type { EnergySums } from '../../../../shared/energy-sums.ts';
import { REST_OF_MODELS, UNKNOWN_MODEL } from '../../records/totals/series.ts';
import type { Series, TokenKind } from '../../records/totals/series.ts';
import type { Stats } from '../../records/totals/stats.ts';
import { OTHER, labelText } from './labels.ts';

type Sum =
  'requests' | 'errors' | 'inputTokens' | 'outputTokens' | 'energyJoules' | keyof EnergySums;

const ENERGY: Readonly<Record<keyof EnergySums, readonly [name: string, help: string]>> = {
  energyNetJoules: [
    'tokwatt_energy_net_joules_total',
    'The same without idle power, of the requests for which that is known.',
  ],
  ratedJoules: [
    'tokwatt_rated_energy_joules_total',
    'Energy of rated requests: at least 90 % of their time measured, and their output known.',
  ],
  ratedOutputTokens: [
    'tokwatt_rated_output_tokens_total',
    'Generated tokens of the requests in tokwatt_rated_energy_joules_total.',
  ],
  ratedNetJoules: [
    'tokwatt_rated_net_energy_joules_total',
    'Energy without idle power of the rated requests for which that is known.',
  ],
  ratedNetOutputTokens: [
    'tokwatt_rated_net_output_tokens_total',
    'Generated tokens of the requests in tokwatt_rated_net_energy_joules_total.',
  ],
  ratedPrefillJoules: [
    'tokwatt_rated_prefill_energy_joules_total',
    'Energy of rated streams until the first content.',
  ],
  ratedPromptTokens: [
    'tokwatt_rated_prompt_tokens_total',
    'Evaluated prompt tokens of the requests in tokwatt_rated_prefill_energy_joules_total.',
  ],
  ratedDecodeJoules: [
    'tokwatt_rated_decode_energy_joules_total',
    'Energy of rated streams after the first content.',
  ],
  ratedDecodeTokens: [
    'tokwatt_rated_decode_tokens_total',
    'Generated tokens without the first of the requests in tokwatt_rated_decode_energy_joules_total.',
  ],
};

/** Counters by model only: the names used by dashboards for Ollama exporters, and the energy. */
const BY_MODEL: readonly (readonly [Sum, name: string, help: string])[] = [
  ['requests', 'ollama_requests_total', 'Finished inference requests since the first start.'],
  [
    'errors',
    'ollama_errors_total',
    'Inference requests since the first start that failed or were cut off.',
  ],
  [
    'inputTokens',
    'ollama_tokens_processed_total',
    'Prompt tokens since the first start, including cached and estimated ones.',
  ],
  [
    'outputTokens',
    'ollama_tokens_generated_total',
    'Generated tokens since the first start, including estimated ones.',
  ],
  [
    'energyJoules',
    'tokwatt_energy_joules_total',
    'Estimated GPU energy since the first start, shared among the requests that ran at the same time.',
  ],
  ...ENERGY_SUMS.map((sum) => [sum, ...ENERGY[sum]] as const),
];

const DIRECTIONS: Readonly<Record<TokenKind, 'input' | 'output'>> = {
  input: 'input',
  cached: 'input',
  output: 'output',
  reasoning: 'output',
};
const KINDS = Object.keys(DIRECTIONS) as TokenKind[];
const SERIES = ['upstream', 'model', 'operation'];

/**
 * All counters. They come from the totals, which are kept between runs, so no counter is reset by a
 * restart.
 */
export class CounterMetrics {
  readonly #byModel: readonly (readonly [Sum, Counter])[];
  readonly #requests: Counter;
  readonly #tokens: Counter;
  readonly #otherRequests: Counter;

  constructor(registry: Registry) {
    const counter = (name: string, help: string, ...labelNames: string[]): Counter =>
      new Counter({ name, help, labelNames, registers: [registry] });
    this.#byModel = BY_MODEL.map(([sum, name, help]) => [sum, counter(name, help, 'model')]);
    this.#requests = counter(
      'tokwatt_requests_total',
      'Finished inference requests since the first start; outcome is ok or the kind of error.',
      ...SERIES,
      'outcome',
    );
    this.#tokens = counter(
      'tokwatt_tokens_total',
      'Tokens since the first start. Kinds do not overlap: input excludes cached, output excludes reasoning.',
      ...[...SERIES, 'direction', 'kind', 'estimated'],
    );
    this.#otherRequests = counter(
      'tokwatt_other_requests_total',
      'Requests without inference since the first start.',
    );
  }

  /** Sets all counters from the totals. Adds values, because two names may share one label. */
  update({ ever, series }: Stats): void {
    for (const [sum, counter] of this.#byModel) {
      counter.reset();
      for (const line of ever.by.model) {
        const value = line[sum];
        // Only sums of energy can be unknown. An unknown value has no sample.
        if (value !== null) counter.inc({ model: modelLabel(line.name) }, value);
      }
    }
    this.#otherRequests.reset();
    this.#otherRequests.inc(ever.otherRequests);
    this.#requests.reset();
    this.#tokens.reset();
    for (const line of series) this.#add(line);
  }

  #add({ upstream, model, operation, outcomes, tokens, estimatedTokens }: Series): void {
    const labels = { upstream: labelText(upstream), model: modelLabel(model), operation };
    for (const [outcome, requests] of Object.entries(outcomes)) {
      this.#requests.inc({ ...labels, outcome }, requests);
    }
    for (const kind of KINDS) {
      const of = { ...labels, direction: DIRECTIONS[kind], kind };
      if (tokens[kind] !== undefined) this.#tokens.inc({ ...of, estimated: 'no' }, tokens[kind]);
      if (estimatedTokens[kind] !== undefined) {
        this.#tokens.inc({ ...of, estimated: 'yes' }, estimatedTokens[kind]);
      }
    }
  }
}

/** Maps the totals' own words for limited and missing names to the labels used here. */
function modelLabel(name: string): string {
  if (name === REST_OF_MODELS) return OTHER;
  return labelText(name === UNKNOWN_MODEL ? null : name);
}
