import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { JsonDocument } from '../../json-document.ts';
import type { Log } from '../../log.ts';
import { emptyStats, fold, statsSchema } from './stats.ts';
import type { Stats } from './stats.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

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
 * The totals in memory and their checkpoint on disk. Two states are kept: `stats` has every record,
 * the durable one only those that the ledger has acknowledged (or given up), and only that one is
 * written. It carries the id of its last record; at the start, the ledger's rows after that id are
 * folded in again. So no record is counted twice or lost, whenever the process dies.
 *
 * Writing is rare (at most every ten seconds, and at the end) because each write replaces the file
 * on the main thread.
 */
export class TotalsStore {
  readonly salt: string;
  #stats: Stats;
  #durable: Stats;
  /** Records that the durable state lacks, in ascending order. */
  #pending: ActivityRecord[] = [];
  /** Ids of those that were settled before one ahead of them. */
  readonly #settled = new Set<number>();
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
    this.#durable = this.#stats;
    this.#dirty = !parsed.success;
  }

  /** With every record so far. */
  get stats(): Stats {
    return this.#stats;
  }

  /** Counts a finished exchange. */
  add(record: ActivityRecord): void {
    this.#stats = fold(this.#stats, record);
    this.#pending.push(record);
  }

  /** These records are the ledger's now, or never will be. */
  settle(records: readonly ActivityRecord[]): void {
    for (const { id } of records) this.#settled.add(id);
    const open = this.#pending.findIndex(({ id }) => !this.#settled.has(id));
    const done = open === -1 ? this.#pending : this.#pending.slice(0, open);
    if (open === -1) this.#settled.clear();
    if (done.length === 0) return;
    this.#pending = open === -1 ? [] : this.#pending.slice(open);
    for (const { id } of done) this.#settled.delete(id);
    // With nothing pending, both states have the same records.
    this.#durable = open === -1 ? this.#stats : done.reduce(fold, this.#durable);
    this.#changed();
  }

  /** Counts a record of an earlier run that the checkpoint did not see any more. */
  replay(record: ActivityRecord): void {
    this.add(record);
    this.settle([record]);
  }

  /**
   * Records up to `lastId` are another history's, and are never to be folded in: a ledger was
   * imported. What this one has counted so far stays counted.
   */
  skipTo(lastId: number): void {
    this.settle([...this.#pending]);
    this.update((stats) => ({ ...stats, lastId: Math.max(stats.lastId, lastId), gap: null }));
  }

  /** Changes both states alike: a new period, a job. `change` may throw; then nothing changed. */
  update(change: (stats: Stats) => Stats): void {
    const stats = change(this.#stats);
    this.#durable = change(this.#durable);
    this.#stats = stats;
    this.#changed();
  }

  /** Writes the checkpoint if anything changed. A failure is said once; counting goes on. */
  flush(): void {
    if (!this.#dirty) return;
    try {
      this.#document.write({ version: 1, salt: this.salt, stats: this.#durable });
      this.#dirty = false;
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) {
        this.#log.warn({ error: String(error) }, 'totals cannot be saved; counting goes on');
      }
      this.#failed = true;
    }
  }

  /** Stops the timer and writes what is left, unsettled records too: there is no later. */
  close(): void {
    this.settle([...this.#pending]);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.flush();
  }

  #changed(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.flush();
      // It failed: without another exchange there would be no other attempt.
      if (this.#dirty) this.#changed();
    }, INTERVAL_MS).unref();
  }
}
