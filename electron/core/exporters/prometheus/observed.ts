import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { labelText } from './labels.ts';
import type { NameLimit } from './labels.ts';
import { isAmount } from '../amount.ts';

/** Seconds. Local models may take minutes. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
const MILLISECONDS = [50, 100, 250, 500, 1e3, 2.5e3, 5e3, 1e4, 3e4, 6e4, 1.2e5, 3e5];
const RATES = [1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150, 200, 300, 500, 1_000];

const SERIES = ['upstream', 'model'];
type Labels = Record<string, string>;

/** The registries that the metrics belong to. */
export interface Registries {
  /** Metrics for every reader. */
  readonly standard: Registry;
  /** Additional metrics for readers of the ollama-local-serve stack. */
  readonly stack: Registry;
}

/**
 * Histograms of finished exchanges since the start of the process. Prometheus handles the reset to
 * zero after a restart. The number of model names is limited.
 */
export class ObservedMetrics {
  readonly #models: NameLimit;
  readonly #own: ReturnType<typeof ownHistograms>;
  readonly #ollama: ReturnType<typeof ollamaHistograms>;
  readonly #latency: Histogram;

  constructor({ standard, stack }: Registries, models: NameLimit) {
    this.#models = models;
    this.#own = ownHistograms(standard);
    this.#ollama = ollamaHistograms(standard);
    this.#latency = histograms(stack)(
      'ollama_request_latency_ms',
      'Duration of successful requests, in milliseconds.',
      ['model'],
      MILLISECONDS,
    );
  }

  /** Counts a finished exchange. Only inference is counted. */
  observe(record: ActivityRecord): void {
    if (!record.inference) return;
    const model = this.#models.label(record.countedModel);
    this.#observeOwn(record, { upstream: labelText(record.upstream), model });
    this.#observeOllama(record, model);
  }

  #observeOwn({ timing, error, ...record }: ActivityRecord, series: Labels): void {
    const { duration, firstToken, phase, rate } = this.#own;
    if (error === null) put(duration, series, seconds(timing.durationMs));
    put(firstToken, series, seconds(timing.timeToFirstTokenMs));
    put(phase, { ...series, phase: 'queue' }, seconds(timing.queueMs));
    put(phase, { ...series, phase: 'load' }, seconds(timing.loadMs));
    put(phase, { ...series, phase: 'prefill' }, seconds(timing.prefillMs));
    put(phase, { ...series, phase: 'decode' }, seconds(timing.decodeMs));
    put(rate, series, trueRate(record));
  }

  /** Zeros are left out, like in the Ollama exporter, where zero means "not reported". */
  #observeOllama({ timing, error, ...record }: ActivityRecord, model: string): void {
    const { response, load, prompt, decode, rate } = this.#ollama;
    if (error === null) {
      put(response, { model }, unlessZero(seconds(timing.durationMs)));
      put(this.#latency, { model }, unlessZero(timing.durationMs));
    }
    put(load, { model }, unlessZero(seconds(timing.loadMs)));
    put(prompt, { model }, unlessZero(seconds(timing.prefillMs)));
    put(decode, { model }, unlessZero(seconds(timing.decodeMs)));
    put(rate, { model }, unlessZero(trueRate(record)));
  }
}

type HistogramOf = (name: string, help: string, labels: string[], buckets: number[]) => Histogram;

function histograms(registry: Registry): HistogramOf {
  return (name, help, labelNames, buckets) =>
    new Histogram({ name, help, labelNames, buckets, registers: [registry] });
}

function ownHistograms(registry: Registry) {
  const histogram = histograms(registry);
  return {
    duration: histogram(
      'tokwatt_request_duration_seconds',
      'Duration from the head of a request to the end of its answer; failed requests are left out.',
      SERIES,
      SECONDS,
    ),
    firstToken: histogram(
      'tokwatt_time_to_first_token_seconds',
      'Time from the head of a request to the first generated content.',
      SERIES,
      SECONDS,
    ),
    phase: histogram(
      'tokwatt_phase_duration_seconds',
      'Duration of each phase (queue, load, prefill, decode), if the server reports it.',
      [...SERIES, 'phase'],
      SECONDS,
    ),
    rate: histogram(
      'tokwatt_output_tokens_per_second',
      'Generation speed of each request; estimated speeds are left out.',
      SERIES,
      RATES,
    ),
  };
}

/** Metrics under the names used by dashboards for Ollama exporters, fed by every upstream. */
function ollamaHistograms(registry: Registry) {
  const histogram = histograms(registry);
  const byModel = (name: string, help: string, buckets = SECONDS): Histogram =>
    histogram(name, help, ['model'], buckets);
  return {
    response: byModel('ollama_response_seconds', 'Duration of successful requests.'),
    load: byModel('ollama_load_duration_seconds', 'Time to load the model.'),
    prompt: byModel('ollama_prompt_eval_duration_seconds', 'Time to evaluate the prompt.'),
    decode: byModel('ollama_eval_duration_seconds', 'Time to generate the answer.'),
    rate: byModel('ollama_tokens_per_second', 'Generation speed of each request.', RATES),
  };
}

function trueRate({ rates }: Pick<ActivityRecord, 'rates'>): number | null {
  return rates.provenance.output === 'estimated' ? null : rates.outputTokensPerSecond;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}

function unlessZero(value: number | null): number | null {
  return value === 0 ? null : value;
}

function put(histogram: Histogram, labels: Labels, value: number | null): void {
  if (isAmount(value)) histogram.observe(labels, value);
}
