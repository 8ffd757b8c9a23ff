import type { ExporterState } from '../../../../shared/slices.ts';
import { systemCode } from '../../errors.ts';
import type { Log } from '../../log.ts';

interface DeliveryOptions {
  readonly name: string;
  /** The destination as shown to the user. */
  readonly url: string;
  readonly log: Log;
  readonly onChange: () => void;
}

/** The state of the delivery to a collector, with a log line for each change. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #state: ExporterState;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#state = {
      name: options.name,
      status: 'starting',
      message: null,
      lastSuccessAt: null,
      behind: null,
    };
  }

  get state(): ExporterState {
    return this.#state;
  }

  /** Records the end of an export; `error` is null on success. */
  settle(error: unknown): void {
    const { log, onChange } = this.#options;
    // Only the origin is shown, because the path may contain a secret.
    const url = new URL(this.#options.url).origin;
    const before = this.#state;
    if (error === null) {
      this.#state = { ...before, status: 'ok', message: null, lastSuccessAt: Date.now() };
      if (before.status === 'failing') log.info({ exporter: before.name }, 'the collector is back');
    } else {
      const message = deliveryProblem(error, url);
      this.#state = { ...before, status: 'failing', message };
      if (before.message !== message) log.warn({ exporter: before.name }, message);
    }
    onChange();
  }
}

/** One line for the user: what is wrong with the connection to the collector and how to fix it. */
export function deliveryProblem(error: unknown, url: string): string {
  const status = httpStatus(error);
  if (status !== null) return refusal(status, url);
  const code = systemCode(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code !== null) return unreachable(code, url);
  if (/time(d )?out/i.test(text)) {
    return `The collector at ${url} did not answer in time; see whether it is overloaded. It is tried again.`;
  }
  if (text.includes('retryable')) {
    return `The collector at ${url} is overloaded or not ready (429, 502, 503 or 504); see its log. It is tried again.`;
  }
  return `Sending to ${url} failed (${oneLine(text)}); see otlp in settings.json. It is tried again.`;
}

function refusal(status: number, url: string): string {
  if (status === 401 || status === 403) {
    return `The collector at ${url} refuses the key (${status}); put the right one into otlp.headers in settings.json.`;
  }
  if (status === 404 || status === 405) {
    return `There is no OTLP over HTTP at ${url} (${status}); otlp.url in settings.json takes the base address, without /v1/metrics or /v1/traces.`;
  }
  return `The collector at ${url} refuses what it gets (${status}); its log says why.`;
}

function unreachable(code: string, url: string): string {
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${url}; start the collector, or correct otlp.url in settings.json.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${url} is not known; correct otlp.url in settings.json, or the network.`;
    default:
      return `The collector at ${url} cannot be reached (${code}); see whether it runs and speaks HTTP there.`;
  }
}

/** The SDK's errors have the status of the answer as a number. */
function httpStatus(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'number' ? error.code : null;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 200);
}
