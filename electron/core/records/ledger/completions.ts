import type { ActivityRecord } from '../../../../shared/usage.ts';

/** Most rows whose energy waits to be stored. Beyond that, the energy of the oldest is lost. */
const LIMIT = 20_000;

/** Rows whose energy came, or will come, after the row was handed over. */
export class Completions {
  /** Ids of rows without their energy, ascending. */
  readonly #incomplete = new Set<number>();
  #waiting: ActivityRecord[] = [];

  /** Number of energies that wait to be stored. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** The lowest id of a row without its energy; Infinity if there is none. */
  get firstId(): number {
    for (const id of this.#incomplete) return id;
    return Infinity;
  }

  /** Notes that a row's energy will come. */
  await(id: number): void {
    this.#incomplete.add(id);
  }

  /** Takes a row with its energy. Returns false if there is nothing to store. */
  add(record: ActivityRecord): boolean {
    if (record.energyJoules === null) {
      this.#incomplete.delete(record.id);
      return false;
    }
    this.#waiting.push(record);
    this.#trim();
    return true;
  }

  /** Returns what waits, and forgets it. */
  take(): readonly ActivityRecord[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Takes back what could not be stored. */
  putBack(records: readonly ActivityRecord[]): void {
    this.#waiting = [...records, ...this.#waiting];
    this.#trim();
  }

  /** These rows are complete, or will never be stored. */
  settle(records: readonly ActivityRecord[]): void {
    for (const { id } of records) this.#incomplete.delete(id);
  }

  #trim(): void {
    const excess = this.#waiting.length - LIMIT;
    if (excess > 0) this.settle(this.#waiting.splice(0, excess));
  }
}
