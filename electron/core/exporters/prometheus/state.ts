import { Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { GpuReading } from '../../../../shared/gpu.ts';
import { CURRENT_KINDS } from '../../../../shared/insights.ts';
import type { State } from '../../../../shared/snapshot.ts';
import { labelText } from './labels.ts';
import type { NameLimit } from './labels.ts';
import type { Registries } from './observed.ts';

type GpuFigure = (gpu: GpuReading) => number | null;

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

function gaugeIn(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[] = [],
): Gauge {
  return new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
}

function createGauges(standard: Registry, stack: Registry) {
  const gauge = (name: string, help: string, ...labels: string[]): Gauge =>
    gaugeIn(standard, name, help, labels);
  return {
    inFlight: gauge(
      'tokwatt_requests_in_flight',
      'Inference requests in flight: waiting for the first content, or generating.',
      'upstream',
      'phase',
    ),
    inFlightByModel: gauge('ollama_inflight_requests', 'Inference requests in flight.', 'model'),
    upstreamUp: gauge(
      'tokwatt_upstream_up',
      '1 if the server answers, 0 if it does not.',
      'upstream',
    ),
    exporterUp: gauge(
      'tokwatt_exporter_up',
      '1 if what is sent there arrives, 0 if it does not.',
      'exporter',
    ),
    /** The earlier name of the same figure, for dashboards that have it. */
    outletUp: gauge('tokwatt_outlet_up', 'Deprecated: use tokwatt_exporter_up.', 'outlet'),
    insights: gauge('tokwatt_insights', 'Insights about models and the machine now.', 'insight'),
    ledgerWaiting: gauge('tokwatt_ledger_waiting_rows', 'Finished exchanges waiting to be stored.'),
    ledgerDropped: gauge(
      'tokwatt_ledger_dropped_rows',
      'Exchanges of this run that were not stored.',
    ),
    build: gauge('tokwatt_build_info', 'Always 1.', 'version', 'node'),
    uptime: gaugeIn(stack, 'ollama_uptime_seconds', 'Since the start of Tokwatt.'),
  };
}

/** Gauges of the present state, set at each scrape. An unknown figure has no sample. */
export class StateMetrics {
  readonly #models: NameLimit;
  readonly #gpu: readonly (readonly [GpuFigure, Gauge])[];
  readonly #gauges: ReturnType<typeof createGauges>;

  constructor({ standard, stack }: Registries, models: NameLimit) {
    this.#models = models;
    this.#gpu = GPU.map(([name, help, figure]) => [
      figure,
      gaugeIn(standard, name, help, ['gpu', 'name']),
    ]);
    this.#gauges = createGauges(standard, stack);
  }

  /** Sets all gauges from the present state. */
  update(state: State): void {
    this.#updateInFlight(state);
    this.#gauges.upstreamUp.reset();
    for (const { name, health } of state.upstreams) {
      if (health !== 'unknown') {
        this.#gauges.upstreamUp.set({ upstream: labelText(name) }, health === 'up' ? 1 : 0);
      }
    }
    this.#gauges.exporterUp.reset();
    this.#gauges.outletUp.reset();
    for (const { name, status } of state.exporters) {
      if (status === 'starting') continue;
      this.#gauges.exporterUp.set({ exporter: name }, status === 'ok' ? 1 : 0);
      this.#gauges.outletUp.set({ outlet: name }, status === 'ok' ? 1 : 0);
    }
    this.#updateInsights(state);
    this.#updateGpu(state);
    this.#gauges.ledgerWaiting.set(state.ledger.waiting);
    this.#gauges.ledgerDropped.set(state.ledger.dropped);
    this.#gauges.build.set({ version: state.app.version, node: process.versions.node }, 1);
    this.#gauges.uptime.set(Math.max(0, Date.now() - state.app.startedAt) / 1_000);
  }

  /** A model that once had a request in flight stays at zero, so its series does not end. */
  #updateInFlight({ upstreams, inFlight }: State): void {
    this.#gauges.inFlight.reset();
    this.#gauges.inFlightByModel.reset();
    for (const { name } of upstreams) {
      for (const phase of ['waiting', 'generating']) {
        this.#gauges.inFlight.set({ upstream: labelText(name), phase }, 0);
      }
    }
    for (const model of this.#models.known) this.#gauges.inFlightByModel.set({ model }, 0);
    for (const { upstream, phase, countedModel } of inFlight) {
      this.#gauges.inFlight.inc({ upstream: labelText(upstream), phase });
      this.#gauges.inFlightByModel.inc({ model: this.#models.label(countedModel) });
    }
  }

  /** Each rule has a sample, so that its series does not end when it finds nothing. */
  #updateInsights({ insights }: State): void {
    for (const insight of CURRENT_KINDS) {
      const found = insights.current.filter(({ kind }) => kind === insight);
      this.#gauges.insights.set({ insight }, found.length);
    }
  }

  /** A GPU without a current reading has no sample. */
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
