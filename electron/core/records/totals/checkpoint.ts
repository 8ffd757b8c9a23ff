import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { JsonDocument } from '../../json-document.ts';
import type { Log } from '../../log.ts';
import { beginWith, emptyStats, fold, foldEnergy, statsSchema } from './stats.ts';
import type { Stats } from './stats.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

const INTERVAL_MS = 10_000;

const documentSchema = v.object({
  version: v.literal(1),
  /** Salts the fingerprints of API keys, so that they cannot be compared between machines. */
  salt: v.pipe(v.string(), v.minLength(16)),
  stats: statsSchema,
});

/** True if this version can read the totals document. An empty document means a first start. */
export function isTotalsDocument(value: Record<string, unknown>): boolean {
  return Object.keys(value).length === 0 || v.is(documentSchema, value);
}

/**
 * The totals in memory and their checkpoint on disk. Two states are kept: `stats` contains every
 * record, and the durable state contains only records that the ledger has stored or dropped. Only
 * the durable state is written, with the id of its last record. At the start, the ledger's rows
 * after that id are folded in again. So no record is counted twice or lost, even if the process
 * dies at any time.
 *
 * Writes are rare (at most every ten seconds, and at the end) because each one replaces the file on
 * the main thread.
 */
export class TotalsStore {
  readonly salt: string;
  #stats: Stats;
  #durable: Stats;
  /** Records that are not yet in the durable state, in ascending order. */
  #pending: ActivityRecord[] = [];
  /** Ids of records that were settled before an earlier record. */
  readonly #settled = new Set<number>();
  /** True if no totals were saved before, so that all rows of the ledger are counted. */
  readonly #isNew: boolean;
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
    this.#isNew = !parsed.success;
    this.#dirty = this.#isNew;
  }

  /** The totals of every record so far. */
  get stats(): Stats {
    return this.#stats;
  }

  /** Counts a finished exchange. */
  add(record: ActivityRecord): void {
    this.#stats = fold(this.#stats, record);
    this.#pending.push(record);
  }

  /**
   * Adds the energy of a record that was added before. If the process dies before the next write,
   * the totals lack this energy.
   */
  complete(record: ActivityRecord): void {
    this.#stats = foldEnergy(this.#stats, record);
    const at = this.#pending.findIndex(({ id }) => id === record.id);
    if (at !== -1) {
      this.#pending[at] = record;
      return;
    }
    this.#durable = foldEnergy(this.#durable, record);
    this.#changed();
  }

  /** Marks records as settled: the ledger has stored them or never will. */
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

  /** Counts a record of an earlier run that is not in the checkpoint. */
  replay(record: ActivityRecord): void {
    if (this.#isNew) this.update((stats) => beginWith(stats, [record]));
    this.add(record);
    this.settle([record]);
  }

  /** Reserves ids for rows that cannot be read now. Returns the first id after them. */
  reserveGap(size: number): number {
    const { lastId, gap } = this.#stats;
    const before = lastId + size;
    this.update((stats) => ({ ...stats, gap: gap ?? { after: lastId, before } }));
    return before;
  }

  /**
   * Excludes records up to `lastId` from replay, because they belong to an imported ledger. Records
   * counted so far stay counted.
   */
  skipTo(lastId: number): void {
    this.settle([...this.#pending]);
    this.update((stats) => ({ ...stats, lastId: Math.max(stats.lastId, lastId), gap: null }));
  }

  /**
   * Changes both states, for example for a new period or a job. If `change` throws, nothing has
   * changed.
   */
  update(change: (stats: Stats) => Stats): void {
    const stats = change(this.#stats);
    this.#durable = change(this.#durable);
    this.#stats = stats;
    this.#changed();
  }

  /**
   * Writes the checkpoint if anything changed. Reports only the first failure; counting continues.
   */
  flush(): void {
    if (!this.#dirty) return;
    try {
      this.#document.write({ version: 1, salt: this.salt, stats: this.#durable });
      this.#dirty = false;
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) {
        this.#log.warn(
          { error: String(error) },
          'totals cannot be saved; requests are still counted',
        );
      }
      this.#failed = true;
    }
  }

  /**
   * Stops the timer and writes everything, also unsettled records, because there is no later write.
   */
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
      // The write failed. Without a new timer, there would be no retry until the next exchange.
      if (this.#dirty) this.#changed();
    }, INTERVAL_MS).unref();
  }
}
