import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { GpuReading } from '../../../shared/gpu.ts';
import type { PeriodTotals, State } from '../../../shared/snapshot.ts';
import { DIMENSIONS } from '../stats/stats.ts';
import { OTHER, labelText } from './prometheus-labels.ts';
import type { NameLimit } from './prometheus-labels.ts';

type LifetimeSum = 'requests' | 'errors' | 'inputTokens' | 'outputTokens' | 'energyJoules';
type GpuFigure = (gpu: GpuReading) => number | null;

const LIFETIME: readonly [LifetimeSum, name: string, help: string][] = [
  ['requests', 'ollama_requests_total', 'Finished inference requests since ever.'],
  ['errors', 'ollama_errors_total', 'Inference requests since ever that failed or were cut off.'],
  [
    'inputTokens',
    'ollama_tokens_processed_total',
    'Prompt tokens since ever, cached and estimated ones included.',
  ],
  [
    'outputTokens',
    'ollama_tokens_generated_total',
    'Generated tokens since ever, estimated ones included.',
  ],
  [
    'energyJoules',
    'tokwatt_energy_joules_total',
    'GPU energy since ever, shared among requests that ran at once: an estimate.',
  ],
];

const GPU: readonly [name: string, help: string, figure: GpuFigure][] = [
  [
    'tokwatt_gpu_utilization_ratio',
    'Share of time the GPU was busy, 0 to 1.',
    ({ utilizationPercent }) => (utilizationPercent === null ? null : utilizationPercent / 100),
  ],
  ['tokwatt_gpu_memory_used_bytes', 'GPU memory in use.', (gpu) => gpu.memoryUsedBytes],
  ['tokwatt_gpu_memory_total_bytes', 'GPU memory there is.', (gpu) => gpu.memoryTotalBytes],
  ['tokwatt_gpu_temperature_celsius', 'Temperature of the GPU.', (gpu) => gpu.temperatureC],
  ['tokwatt_gpu_power_watts', 'Power the GPU draws.', (gpu) => gpu.powerW],
  ['tokwatt_gpu_power_limit_watts', 'Power the GPU may draw.', (gpu) => gpu.powerLimitW],
];

/**
 * What the state tells at a scrape: gauges, and the counters that are kept from run to run. What
 * is unknown has no sample.
 */
export class StateMetrics {
  readonly #models: NameLimit;
  readonly #lifetime: readonly (readonly [LifetimeSum, Counter])[];
  readonly #gpu: readonly (readonly [GpuFigure, Gauge])[];
  readonly #otherRequests: Counter;
  readonly #inFlight: Gauge;
  readonly #inFlightByModel: Gauge;
  readonly #upstreamUp: Gauge;
  readonly #ledgerWaiting: Gauge;
  readonly #ledgerDropped: Counter;
  readonly #build: Gauge;

  constructor(registry: Registry, models: NameLimit) {
    this.#models = models;
    const metric = (name: string, help: string, ...labelNames: string[]) => {
      return { name, help, labelNames, registers: [registry] };
    };
    this.#lifetime = LIFETIME.map(([sum, name, help]) => [
      sum,
      new Counter(metric(name, help, 'model')),
    ]);
    this.#gpu = GPU.map(([name, help, figure]) => [
      figure,
      new Gauge(metric(name, help, 'gpu', 'name')),
    ]);
    this.#otherRequests = new Counter(
      metric('tokwatt_other_requests_total', 'Requests since ever that asked for no tokens.'),
    );
    this.#inFlight = new Gauge(
      metric(
        'tokwatt_requests_in_flight',
        'Inference requests in flight: waiting for the first content, or generating.',
        'upstream',
        'phase',
      ),
    );
    this.#inFlightByModel = new Gauge(
      metric('ollama_inflight_requests', 'Inference requests in flight.', 'model'),
    );
    this.#upstreamUp = new Gauge(
      metric('tokwatt_upstream_up', '1 if the server answers, 0 if it does not.', 'upstream'),
    );
    this.#ledgerWaiting = new Gauge(
      metric('tokwatt_ledger_waiting_rows', 'Finished exchanges that wait to be stored.'),
    );
    this.#ledgerDropped = new Counter(
      metric(
        'tokwatt_ledger_dropped_rows_total',
        'Exchanges since the start that were not stored.',
      ),
    );
    this.#build = new Gauge(metric('tokwatt_build_info', 'Always 1.', 'version', 'node'));
  }

  /** Takes over the state as it is now. */
  update(state: State): void {
    this.#updateLifetime(state.totals.ever);
    this.#updateInFlight(state);
    this.#upstreamUp.reset();
    for (const { name, health } of state.upstreams) {
      if (health !== 'unknown') {
        this.#upstreamUp.set({ upstream: labelText(name) }, health === 'up' ? 1 : 0);
      }
    }
    this.#updateGpu(state);
    this.#ledgerWaiting.set(state.ledger.waiting);
    this.#ledgerDropped.reset();
    this.#ledgerDropped.inc(state.ledger.dropped);
    this.#build.set({ version: state.app.version, node: process.versions.node }, 1);
  }

  #updateLifetime({ models, otherRequests }: PeriodTotals): void {
    for (const [sum, counter] of this.#lifetime) {
      counter.reset();
      // Adding, and not setting: two names may have come to the same label.
      for (const line of models) counter.inc({ model: modelLabel(line.model) }, line[sum]);
    }
    this.#otherRequests.reset();
    this.#otherRequests.inc(otherRequests);
  }

  /** Who had a request in flight once is at zero from then on, and not gone. */
  #updateInFlight({ upstreams, inFlight }: State): void {
    this.#inFlight.reset();
    this.#inFlightByModel.reset();
    for (const { name } of upstreams) {
      for (const phase of ['waiting', 'generating']) {
        this.#inFlight.set({ upstream: labelText(name), phase }, 0);
      }
    }
    for (const model of this.#models.known) this.#inFlightByModel.set({ model }, 0);
    for (const { upstream, phase, model } of inFlight) {
      this.#inFlight.inc({ upstream: labelText(upstream), phase });
      this.#inFlightByModel.inc({ model: this.#models.label(model) });
    }
  }

  /** Readings that stopped coming are not repeated. */
  #updateGpu({ gpu: { status, gpus } }: State): void {
    for (const [figure, gauge] of this.#gpu) {
      gauge.reset();
      for (const gpu of status === 'live' ? gpus : []) {
        const value = figure(gpu);
        const labels = { gpu: `${gpu.index}`, name: labelText(gpu.name) };
        if (value !== null) gauge.set(labels, value);
      }
    }
  }
}

/** The totals limit names too, and have their own words for what is past the limit or has none. */
function modelLabel(name: string): string {
  if (name === DIMENSIONS.model.rest) return OTHER;
  return labelText(name === 'unknown model' ? null : name);
}
