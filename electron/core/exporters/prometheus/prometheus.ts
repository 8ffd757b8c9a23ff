import { setImmediate as nextTurn } from 'node:timers/promises';
import { Registry } from 'prom-client';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { within } from '../../time-limit.ts';
import type { DeviceBooks } from '../../hardware/energy/device-books.ts';
import type { Stats } from '../../records/totals/stats.ts';
import { CounterMetrics } from './counters.ts';
import { EnergyMetrics } from './energy.ts';
import { NameLimit } from './labels.ts';
import { ObservedMetrics } from './observed.ts';
import { StateMetrics } from './state.ts';

/**
 * Models with their own label in the histograms; further ones share `other`. A model costs about 200
 * lines of text, so this limits what a client with made-up names can cause.
 */
const MODELS = 50;
/** Longest wait of a scrape for the ledger, milliseconds. */
const STORE_MS = 1_000;

interface PrometheusOptions {
  readonly snapshot: () => Snapshot;
  readonly stats: () => Stats;
  /** Where the energy of the devices went since the start. */
  readonly books: () => readonly DeviceBooks[];
  /** Resolves when everything counted so far is stored or cannot be stored. */
  readonly store: () => Promise<void>;
}

/**
 * `standard` passes `promtool check metrics`. `all` adds the metrics that the ollama-local-serve stack
 * reads, under names that promtool rejects: one has an abbreviated unit, milliseconds.
 */
export type MetricSet = 'standard' | 'all';

/** Serves the core's figures in Prometheus's text format. */
export class Prometheus {
  readonly #options: PrometheusOptions;
  readonly #registries = { standard: new Registry(), stack: new Registry() };
  readonly #observed: ObservedMetrics;
  readonly #state: StateMetrics;
  readonly #counters: CounterMetrics;
  readonly #energy: EnergyMetrics;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PrometheusOptions) {
    this.#options = options;
    const models = new NameLimit(MODELS);
    this.#counters = new CounterMetrics(this.#registries.standard);
    this.#energy = new EnergyMetrics(this.#registries.standard);
    this.#observed = new ObservedMetrics(this.#registries, models);
    this.#state = new StateMetrics(this.#registries, models);
  }

  /** The media type of `scrape`'s text. */
  get contentType(): string {
    return this.#registries.standard.contentType;
  }

  /** Counts a finished exchange. */
  observe(record: ActivityRecord): void {
    this.#observed.observe(record);
  }

  /** The metrics as text. Scrapes run one at a time, so counters never decrease between them. */
  scrape(set: MetricSet = 'all'): Promise<string> {
    const text = this.#last.then(() => this.#scrape(set));
    this.#last = text.catch(() => undefined);
    return text;
  }

  /**
   * Stores the counted exchanges first. A counter that is slightly lower after a crash would look like
   * a reset, and its whole value would count as an increase.
   */
  async #scrape(set: MetricSet): Promise<string> {
    const { stats, books, store, snapshot } = this.#options;
    const counted = stats();
    await within(STORE_MS, store());
    this.#counters.update(counted);
    const { state } = snapshot();
    this.#state.update(state);
    this.#energy.update(books(), state);
    const { standard, stack } = this.#registries;
    const metrics: string[] = [];
    for (const registry of set === 'all' ? [standard, stack] : [standard]) {
      for (const { name } of registry.getMetricsAsArray()) {
        metrics.push(await registry.getSingleMetricAsString(name));
        // Yields to traffic: with many models the text takes tens of milliseconds.
        await nextTurn();
      }
    }
    return `${metrics.join('\n\n')}\n`;
  }
}
