import type { Delivery } from './delivery.ts';
import type { OtlpWay } from './otlp-options.ts';

interface Result {
  readonly error?: Error;
}

/** The common interface of the SDK's span and metric exporters. */
interface SdkExporter<Items, R extends Result> {
  export(items: Items, done: (result: R) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Passes everything on to an SDK exporter and reports each result to `delivery`. It has no
 * `selectAggregationTemporality`, so that the SDK uses cumulative sums regardless of the
 * environment.
 */
export class WatchedExporter<Items, R extends Result> implements SdkExporter<Items, R> {
  readonly #exporter: SdkExporter<Items, R>;
  readonly #delivery: Delivery;

  constructor(exporter: SdkExporter<Items, R>, delivery: Delivery) {
    this.#exporter = exporter;
    this.#delivery = delivery;
  }

  export(items: Items, done: (result: R) => void): void {
    this.#exporter.export(items, (result) => {
      this.#delivery.settle(result.error ?? null);
      done(result);
    });
  }

  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

/** Options of an SDK exporter for one of the two signals. */
export function sendingTo(
  { url, headers, timeoutMs }: OtlpWay,
  signal: 'metrics' | 'traces',
): { url: string; headers: Record<string, string>; timeoutMillis: number; keepAlive: boolean } {
  return {
    url: `${url}/v1/${signal}`,
    headers: { ...headers },
    timeoutMillis: timeoutMs,
    keepAlive: false,
  };
}
