import { sentence, stated } from '../../../../shared/sentences.ts';
import type { Sentence } from '../../../../shared/sentences.ts';
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
      ...stated(null),
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
      this.#state = { ...before, ...stated(null), status: 'ok', lastSuccessAt: Date.now() };
      if (before.status === 'failing') log.info({ exporter: before.name }, 'the collector is back');
    } else {
      const said = stated(deliveryProblem(error, url));
      this.#state = { ...before, ...said, status: 'failing' };
      if (before.message !== said.message) log.warn({ exporter: before.name }, said.message);
    }
    onChange();
  }
}

/** One line for the user: what is wrong with the connection to the collector and how to fix it. */
export function deliveryProblem(error: unknown, url: string): Sentence {
  const status = httpStatus(error);
  if (status !== null) return refusal(status, url);
  const code = systemCode(error);
  const text = error instanceof Error ? error.message : String(error);
  if (code !== null) return unreachable(code, url);
  if (/time(d )?out/i.test(text)) {
    return sentence('otlp_timeout', { url });
  }
  if (text.includes('retryable')) {
    return sentence('otlp_overloaded', { url });
  }
  return sentence('otlp_failed', { url, reason: oneLine(text) });
}

function refusal(answered: number, url: string): Sentence {
  const status = String(answered);
  if (answered === 401 || answered === 403) {
    return sentence('otlp_key_refused', { url, status });
  }
  if (answered === 404 || answered === 405) {
    return sentence('otlp_not_there', { url, status });
  }
  return sentence('otlp_refused', { url, status });
}

function unreachable(code: string, url: string): Sentence {
  switch (code) {
    case 'ECONNREFUSED':
      return sentence('otlp_nothing_listens', { url });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return sentence('otlp_host_unknown', { url });
    default:
      return sentence('otlp_unreachable', { url, code });
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
