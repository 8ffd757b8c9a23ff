import type { Ledger } from '../records/ledger/ledger.ts';
import type { ModelFigures } from '../records/ledger/model-figures.ts';
import type { Log } from '../log.ts';

/** Days of the speeds, with today. */
export const DAYS = 30;
export const RECENT_DAYS = 7;
/** For so long, figures are not computed again, milliseconds. */
const FRESH_MS = 15_000;

export interface SpeedFiguresOptions {
  readonly ledger: Pick<Ledger, 'modelFigures'>;
  readonly log: Log;
}

/**
 * The speeds of all models over the last days. They are computed in the background: once read, an
 * older result is used until the new one is there, so that no page waits for them.
 */
export class SpeedFigures {
  readonly #options: SpeedFiguresOptions;
  #figures: ReadonlyMap<string, ModelFigures> | null = null;
  #computedAt = -Infinity;
  #computing: Promise<void> | null = null;

  constructor(options: SpeedFiguresOptions) {
    this.#options = options;
  }

  /** By model. Empty if the ledger cannot be read. */
  async read(): Promise<ReadonlyMap<string, ModelFigures>> {
    if (performance.now() - this.#computedAt >= FRESH_MS) this.#computing ??= this.#compute();
    if (this.#figures === null) await this.#computing;
    return this.#figures ?? new Map();
  }

  async #compute(): Promise<void> {
    const { ledger, log } = this.#options;
    try {
      const query = { days: lastDays(Date.now()), recentDays: RECENT_DAYS };
      const figures = await ledger.modelFigures(query);
      this.#figures = new Map(figures.map((each) => [each.model, each]));
    } catch (error) {
      log.warn({ error: String(error) }, 'the speeds of models cannot be read');
    } finally {
      this.#computedAt = performance.now();
      this.#computing = null;
    }
  }
}

/** The beginnings of the last local days, today last. */
function lastDays(now: number): number[] {
  const day = new Date(now);
  return Array.from({ length: DAYS }, (_, index) =>
    new Date(day.getFullYear(), day.getMonth(), day.getDate() - (DAYS - 1 - index)).getTime(),
  );
}
