import type { ActivityRecord } from '../../../shared/usage.ts';

/** The newest finished exchanges, newest first, up to a fixed number. */
export class Recent {
  readonly #capacity: number;
  /** Oldest first. Trimmed only at twice the number, so that adding is cheap on average. */
  readonly #records: ActivityRecord[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(record: ActivityRecord): void {
    this.#records.push(record);
    if (this.#records.length >= this.#capacity * 2) this.#records.splice(0, this.#capacity);
  }

  /** Adds stored records before those that have come since. `older` has the newest first. */
  addOlder(older: readonly ActivityRecord[]): void {
    const newer = this.newest(this.#capacity);
    const known = new Set(newer.map(({ id }) => id));
    this.clear();
    const records = [...newer, ...older.filter(({ id }) => !known.has(id))];
    for (const record of records.reverse()) this.add(record);
  }

  /** Replaces a record by a later version. */
  replace(record: ActivityRecord): void {
    const at = this.#records.findLastIndex(({ id }) => id === record.id);
    if (at !== -1) this.#records[at] = record;
  }

  clear(): void {
    this.#records.length = 0;
  }

  byId(id: number): ActivityRecord | null {
    return this.#records.find((record) => record.id === id) ?? null;
  }

  newest(limit: number): readonly ActivityRecord[] {
    return this.#records.slice(-Math.min(limit, this.#capacity)).reverse();
  }

  /** Returns the newest inference exchanges. */
  newestInference(limit: number): readonly ActivityRecord[] {
    return this.newest(this.#capacity)
      .filter((record) => record.inference)
      .slice(0, limit);
  }
}
