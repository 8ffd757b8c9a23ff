import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import type { Snapshot } from '../../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { Stats } from '../../records/totals/stats.ts';
import { CounterMetrics } from './counters.ts';
import { NameLimit } from './labels.ts';
import { ObservedMetrics } from './observed.ts';
import { StateMetrics } from './state.ts';

/**
 * Models with a label of their own in what is observed since the start; more share `other`. A model
 * costs some two hundred lines of text, so this bounds what a client that makes names up can do.
 */
const MODELS = 50;
/** A scrape waits for the ledger this long. */
const STORE_MS = 1_000;

interface PrometheusOptions {
  readonly snapshot: () => Snapshot;
  readonly stats: () => Stats;
  /** Resolves when everything counted so far is stored, or cannot be. */
  readonly store: () => Promise<void>;
}

/**
 * `standard` is what `promtool check metrics` finds nothing wrong with. `all` has besides what the
 * ollama-local-serve stack looks for, under names that promtool cannot like: one has its unit in
 * milliseconds, and abbreviated.
 */
export type MetricSet = 'standard' | 'all';

/** Prometheus's view of the core, in its text format. */
export class Prometheus {
  readonly #options: PrometheusOptions;
  readonly #registries = { standard: new Registry(), stack: new Registry() };
  readonly #observed: ObservedMetrics;
  readonly #state: StateMetrics;
  readonly #counters: CounterMetrics;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: PrometheusOptions) {
    this.#options = options;
    const models = new NameLimit(MODELS);
    this.#counters = new CounterMetrics(this.#registries.standard);
    this.#observed = new ObservedMetrics(this.#registries, models);
    this.#state = new StateMetrics(this.#registries, models);
  }

  /** The media type of `scrape`'s text. */
  get contentType(): string {
    return this.#registries.standard.contentType;
  }

  /** Takes in a finished exchange. */
  observe(record: ActivityRecord): void {
    this.#observed.observe(record);
  }

  /** The metrics as text. One scrape after the other: none tells less than the one before it. */
  scrape(set: MetricSet = 'all'): Promise<string> {
    const text = this.#last.then(() => this.#scrape(set));
    this.#last = text.catch(() => undefined);
    return text;
  }

  /**
   * What counters tell is stored first: one that came back even a little lower after a crash would
   * look like a reset, and its whole value like an increase.
   */
  async #scrape(set: MetricSet): Promise<string> {
    const { stats, store, snapshot } = this.#options;
    const counted = stats();
    const giveUp = new AbortController();
    const limit = sleep(STORE_MS, undefined, { signal: giveUp.signal }).catch(() => undefined);
    await Promise.race([store(), limit]);
    giveUp.abort();
    this.#counters.update(counted);
    this.#state.update(snapshot().state);
    const { standard, stack } = this.#registries;
    const metrics: string[] = [];
    for (const registry of set === 'all' ? [standard, stack] : [standard]) {
      for (const { name } of registry.getMetricsAsArray()) {
        metrics.push(await registry.getSingleMetricAsString(name));
        // Traffic goes first: with many models the whole text takes tens of milliseconds.
        await nextTurn();
      }
    }
    return `${metrics.join('\n\n')}\n`;
  }
}
