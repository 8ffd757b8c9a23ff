import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { ExporterState } from '../../../../shared/slices.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { within } from '../../time-limit.ts';
import type { Exporter } from '../exporter.ts';
import { NameLimit } from '../prometheus/labels.ts';
import { LimitedModels, Servers, genAiAttributes } from './attributes.ts';
import { Delivery } from './delivery.ts';
import { GenAiMetrics } from './genai-metrics.ts';
import { Readings } from './readings.ts';
import type { OtlpContext, OtlpWay } from './otlp-options.ts';
import { WatchedExporter, sendingTo } from './watched-exporter.ts';

/** Models with their own series. Further ones share `other`. */
const MODELS = 50;
/** Most series of one metric. Further ones share the SDK's overflow series. */
const SERIES = 1_000;
/** Most points in one message. Encoding them blocks the event loop for some milliseconds. */
const POINTS = 1_000;

/**
 * Sends cumulative sums since the start of the process at each interval, so that a lost message
 * loses no data.
 */
export class OtlpMetrics implements Exporter {
  readonly #delivery: Delivery;
  readonly #provider: MeterProvider;
  readonly #genAi: GenAiMetrics;
  readonly #servers: Servers;
  readonly #models = new LimitedModels(() => new NameLimit(MODELS));

  constructor({ log, onChange, snapshot, books, version }: OtlpContext, way: OtlpWay) {
    const { url, resource, intervalMs, timeoutMs } = way;
    this.#delivery = new Delivery({ name: 'otlp', url, log, onChange });
    this.#servers = new Servers(snapshot);
    const reader = new PeriodicExportingMetricReader({
      exporter: new WatchedExporter(
        new OTLPMetricExporter(sendingTo(way, 'metrics')),
        this.#delivery,
      ),
      exportIntervalMillis: intervalMs,
      exportTimeoutMillis: timeoutMs,
      maxExportBatchSize: POINTS,
      cardinalityLimits: { default: SERIES },
      metricProducers: [
        new Readings({ snapshot, books, servers: this.#servers, resource, version }),
      ],
    });
    // Not registered globally, so that no other code in this process exports through it.
    this.#provider = new MeterProvider({ resource, readers: [reader] });
    this.#genAi = new GenAiMetrics(this.#provider.getMeter('tokwatt', version));
  }

  get state(): ExporterState {
    return this.#delivery.state;
  }

  observe(record: ActivityRecord): void {
    if (!record.inference) return;
    const server = this.#servers.of(record.upstream);
    const names = this.#models.names(record, server);
    this.#genAi.record(record, genAiAttributes(record, server, names));
  }

  /**
   * The interval already runs since construction. The first message goes out at once, so that
   * problems with the connection appear early.
   */
  start(): void {
    this.#provider.forceFlush().catch(() => undefined);
  }

  async stop(limitMs: number): Promise<void> {
    await within(
      limitMs,
      this.#provider.shutdown().catch(() => undefined),
    );
  }
}
