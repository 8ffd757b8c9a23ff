import type { LiveExchange } from '../../../../shared/live-exchange.ts';

const MINUTE_MS = 60_000;
/**
 * Most models within one flush; beyond it only the total is kept. Clients choose the names of
 * models.
 */
const MAX_LINES = 500;

/** The most exchanges in flight within a minute. Both names are null for the total. */
export interface Peak {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly upstream: string | null;
  readonly model: string | null;
  readonly inFlight: number;
}

/**
 * Finds the most exchanges in flight at once in each minute: in total, and for each upstream and
 * model.
 */
export class PeakMeter {
  #peaks = new Map<string, Peak>();

  get size(): number {
    return this.#peaks.size;
  }

  /** Counts the exchanges in flight now. Returns true if a peak changed. */
  note(now: number, exchanges: readonly LiveExchange[]): boolean {
    if (exchanges.length === 0) return false;
    const minute = Math.floor(now / MINUTE_MS);
    const counts = new Map<string, Peak>();
    for (const { upstream, countedModel: model } of exchanges) {
      const key = JSON.stringify([minute, upstream, model]);
      const inFlight = (counts.get(key)?.inFlight ?? 0) + 1;
      counts.set(key, { minute, upstream, model, inFlight });
    }
    const all: Peak = { minute, upstream: null, model: null, inFlight: exchanges.length };
    return [all, ...counts.values()].map((peak) => this.#raise(peak)).includes(true);
  }

  /** Returns all peaks since the last call. */
  take(): readonly Peak[] {
    const peaks = [...this.#peaks.values()];
    this.#peaks = new Map();
    return peaks;
  }

  putBack(peaks: readonly Peak[]): void {
    for (const peak of peaks) this.#raise(peak);
  }

  #raise(peak: Peak): boolean {
    const key = JSON.stringify([peak.minute, peak.upstream, peak.model]);
    const before = this.#peaks.get(key);
    if (before !== undefined && before.inFlight >= peak.inFlight) return false;
    if (before === undefined && peak.upstream !== null && this.#peaks.size >= MAX_LINES)
      return false;
    this.#peaks.set(key, peak);
    return true;
  }
}
