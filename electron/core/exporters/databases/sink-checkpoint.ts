import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { ExporterMemory } from '../exporter.ts';
import { ALL_DAYS, earlier } from './rollup-sender.ts';

/**
 * How far a sink came, and from which day on daily sums are still to be sent. Both are remembered
 * together: after a crash the rows since then are read again, and their days with them.
 */
export class SinkCheckpoint {
  readonly #memory: ExporterMemory;
  #cursor: number;
  #saved: string;
  /** Null if every day is sent. */
  rollupsFrom: string | null;

  constructor(memory: ExporterMemory) {
    this.#memory = memory;
    const { cursor, rollupsFrom } = memory.read();
    const isKnown = typeof cursor === 'number' && Number.isSafeInteger(cursor) && cursor >= 0;
    this.#cursor = isKnown ? cursor : 0;
    const isDay = typeof rollupsFrom === 'string' && /^\d{4}-\d\d-\d\d$/.test(rollupsFrom);
    this.rollupsFrom = isKnown && rollupsFrom === null ? null : isDay ? rollupsFrom : ALL_DAYS;
    this.#saved = this.#text();
  }

  /** The id of the last row that the database has. */
  get cursor(): number {
    return this.#cursor;
  }

  advance(sent: readonly ActivityRecord[]): void {
    for (const { id, completedAt } of sent) {
      this.#cursor = Math.max(this.#cursor, id);
      this.rollupsFrom = earlier(this.rollupsFrom, completedAt);
    }
  }

  skipTo(id: number): void {
    this.#cursor = Math.max(this.#cursor, id);
  }

  /** The database (or the ledger) has less than was thought, so it may lack sums as well. */
  lowerTo(id: number): void {
    if (id >= this.#cursor) return;
    this.#cursor = id;
    this.rollupsFrom = ALL_DAYS;
  }

  /** Writes it down if it changed. */
  save(): void {
    const text = this.#text();
    if (text === this.#saved) return;
    this.#saved = text;
    this.#memory.write({ cursor: this.#cursor, rollupsFrom: this.rollupsFrom });
  }

  #text(): string {
    return `${this.#cursor} ${this.rollupsFrom ?? ''}`;
  }
}
