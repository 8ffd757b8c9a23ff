import { Gauge } from 'prom-client';
import type { GpuReading } from '../../../../shared/gpu.ts';
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

/** What is at the moment of a scrape. What is unknown has no sample. */
export class StateMetrics {
  readonly #models: NameLimit;
  readonly #gpu: readonly (readonly [GpuFigure, Gauge])[];
  readonly #inFlight: Gauge;
  readonly #inFlightByModel: Gauge;
  readonly #upstreamUp: Gauge;
  readonly #exporterUp: Gauge;
  /** The earlier name of the same figure, for dashboards that have it. */
  readonly #outletUp: Gauge;
  readonly #ledgerWaiting: Gauge;
  readonly #ledgerDropped: Gauge;
  readonly #build: Gauge;
  readonly #uptime: Gauge;

  constructor({ standard, stack }: Registries, models: NameLimit) {
    this.#models = models;
    const metric = (name: string, help: string, ...labelNames: string[]) => {
      return { name, help, labelNames, registers: [standard] };
    };
    this.#gpu = GPU.map(([name, help, figure]) => [
      figure,
      new Gauge(metric(name, help, 'gpu', 'name')),
    ]);
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
    this.#exporterUp = new Gauge(
      metric(
        'tokwatt_exporter_up',
        '1 if what is sent there arrives, 0 if it does not.',
        'exporter',
      ),
    );
    this.#outletUp = new Gauge(
      metric('tokwatt_outlet_up', 'Deprecated: use tokwatt_exporter_up.', 'outlet'),
    );
    this.#ledgerWaiting = new Gauge(
      metric('tokwatt_ledger_waiting_rows', 'Finished exchanges that wait to be stored.'),
    );
    this.#ledgerDropped = new Gauge(
      metric('tokwatt_ledger_dropped_rows', 'Exchanges of this run that were not stored.'),
    );
    this.#build = new Gauge(metric('tokwatt_build_info', 'Always 1.', 'version', 'node'));
    this.#uptime = new Gauge({
      name: 'ollama_uptime_seconds',
      help: 'Since the start of Tokwatt.',
      registers: [stack],
    });
  }

  /** Takes over the state as it is now. */
  update(state: State): void {
    this.#updateInFlight(state);
    this.#upstreamUp.reset();
    for (const { name, health } of state.upstreams) {
      if (health !== 'unknown') {
        this.#upstreamUp.set({ upstream: labelText(name) }, health === 'up' ? 1 : 0);
      }
    }
    this.#exporterUp.reset();
    this.#outletUp.reset();
    for (const { name, status } of state.exporters) {
      if (status === 'starting') continue;
      this.#exporterUp.set({ exporter: name }, status === 'ok' ? 1 : 0);
      this.#outletUp.set({ outlet: name }, status === 'ok' ? 1 : 0);
    }
    this.#updateGpu(state);
    this.#ledgerWaiting.set(state.ledger.waiting);
    this.#ledgerDropped.set(state.ledger.dropped);
    this.#build.set({ version: state.app.version, node: process.versions.node }, 1);
    this.#uptime.set(Math.max(0, Date.now() - state.app.startedAt) / 1_000);
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
