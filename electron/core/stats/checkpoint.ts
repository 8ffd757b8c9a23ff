import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { JsonDocument } from '../config/state-store.ts';
import type { Log } from '../log.ts';
import { emptyStats, fold, statsSchema } from './stats.ts';
import type { Stats } from './stats.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';

const INTERVAL_MS = 10_000;

const documentSchema = v.object({
  version: v.literal(1),
  /** Salts the fingerprints of API keys, so that they mean nothing on another machine. */
  salt: v.pipe(v.string(), v.minLength(16)),
  stats: statsSchema,
});

/** True if a totals document has the form this version reads. An empty one is a first start. */
export function isTotalsDocument(value: Record<string, unknown>): boolean {
  return Object.keys(value).length === 0 || v.is(documentSchema, value);
}

/**
 * The totals in memory and their checkpoint on disk. Writing is rare (at most every ten seconds,
 * and at the end) because each write replaces the file on the main thread.
 */
export class TotalsStore {
  readonly salt: string;
  #stats: Stats;
  #dirty: boolean;
  #failed = false;
  #timer: NodeJS.Timeout | null = null;
  readonly #document: JsonDocument;
  readonly #log: Log;

  constructor(document: JsonDocument, log: Log, now: number) {
    this.#document = document;
    this.#log = log;
    const parsed = v.safeParse(documentSchema, document.read());
    this.salt = parsed.success ? parsed.output.salt : randomBytes(16).toString('hex');
    this.#stats = parsed.success ? parsed.output.stats : emptyStats(now);
    this.#dirty = !parsed.success;
  }

  get stats(): Stats {
    return this.#stats;
  }

  add(record: ActivityRecord): void {
    this.#stats = fold(this.#stats, record);
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.flush();
    }, INTERVAL_MS).unref();
  }

  /** Writes the checkpoint if anything changed. A failure is said once; counting goes on. */
  flush(): void {
    if (!this.#dirty) return;
    try {
      this.#document.write({ version: 1, salt: this.salt, stats: this.#stats });
      this.#dirty = false;
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) {
        this.#log.warn({ error: String(error) }, 'totals cannot be saved; counting goes on');
      }
      this.#failed = true;
    }
  }

  /** Stops the timer and writes what is left. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.flush();
  }
}
