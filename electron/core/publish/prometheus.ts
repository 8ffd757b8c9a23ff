import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Registry } from 'prom-client';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { NameLimit } from './prometheus-labels.ts';
import { ObservedMetrics } from './prometheus-observed.ts';
import { StateMetrics } from './prometheus-state.ts';

/**
 * Models with a label of their own in what is observed since the start; more share `other`. A model
 * costs some two hundred lines of text, so this bounds what a client that makes names up can do.
 */
const MODELS = 50;
/** A scrape waits for the ledger this long. */
const STORE_MS = 1_000;

interface PrometheusOptions {
  readonly snapshot: () => Snapshot;
  /** Resolves when everything counted so far is stored, or cannot be. */
  readonly store: () => Promise<void>;
}

/** Prometheus's view of the core, in its text format. */
export class Prometheus {
  readonly #options: PrometheusOptions;
  readonly #registry = new Registry();
  readonly #observed: ObservedMetrics;
  readonly #state: StateMetrics;

  constructor(options: PrometheusOptions) {
    this.#options = options;
    const models = new NameLimit(MODELS);
    this.#observed = new ObservedMetrics(this.#registry, models);
    this.#state = new StateMetrics(this.#registry, models);
  }

  /** The media type of `scrape`'s text. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counts a finished exchange. */
  observe(record: ActivityRecord): void {
    this.#observed.observe(record);
  }

  /**
   * Everything as text. What it tells is stored first: a counter that is kept from run to run and
   * came back even a little lower after a crash would look like a reset, and its whole value like
   * an increase.
   */
  async scrape(): Promise<string> {
    const giveUp = new AbortController();
    const limit = sleep(STORE_MS, undefined, { signal: giveUp.signal }).catch(() => undefined);
    await Promise.race([this.#options.store(), limit]);
    giveUp.abort();
    this.#state.update(this.#options.snapshot().state);
    const metrics: string[] = [];
    for (const { name } of this.#registry.getMetricsAsArray()) {
      metrics.push(await this.#registry.getSingleMetricAsString(name));
      // Traffic goes first: with many models the whole text takes tens of milliseconds.
      await nextTurn();
    }
    return `${metrics.join('\n\n')}\n`;
  }
}
