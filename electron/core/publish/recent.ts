import type { ActivityRecord } from '../../../shared/usage.ts';

/** The newest finished exchanges, newest first, up to a fixed number. */
export class Recent {
  readonly #capacity: number;
  #records: readonly ActivityRecord[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(record: ActivityRecord): void {
    this.#records = [record, ...this.#records.slice(0, this.#capacity - 1)];
  }

  clear(): void {
    this.#records = [];
  }

  byId(id: number): ActivityRecord | null {
    return this.#records.find((record) => record.id === id) ?? null;
  }

  newest(limit: number): readonly ActivityRecord[] {
    return this.#records.slice(0, limit);
  }

  /** The newest that asked a model for tokens. */
  newestInference(limit: number): readonly ActivityRecord[] {
    return this.#records.filter((record) => record.inference).slice(0, limit);
  }
}
