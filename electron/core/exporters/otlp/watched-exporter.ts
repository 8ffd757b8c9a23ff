import type { Delivery } from './delivery.ts';
import type { OtlpWay } from './otlp-options.ts';

interface Result {
  readonly error?: Error;
}

/** What the SDK's exporters of spans and of metrics have in common. */
interface SdkExporter<Items, R extends Result> {
  export(items: Items, done: (result: R) => void): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Passes everything on to an exporter of the SDK and tells `delivery` how each message fared. It offers
 * no `selectAggregationTemporality`: the SDK then uses cumulative sums, whatever the environment says.
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

/** Options of an SDK exporter that sends one of the two signals. */
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
