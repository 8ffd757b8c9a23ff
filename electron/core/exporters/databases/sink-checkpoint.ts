import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { ExporterMemory } from '../exporter.ts';
import { ALL_DAYS, earlier } from './rollup-sender.ts';

/**
 * The last exchange sent, and the first day whose sums must still be sent. They are saved together:
 * after a crash, the exchanges since then are sent again, and the sums of their days too.
 */
export class SinkCheckpoint {
  readonly #memory: ExporterMemory;
  #cursor: number;
  #saved: string;
  /** Null if the sums of all days were sent. */
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

  /**
   * Moves the cursor back. If the database (or the ledger) has fewer rows than expected, sums may
   * be missing too, so all days are sent again.
   */
  lowerTo(id: number): void {
    if (id >= this.#cursor) return;
    this.#cursor = id;
    this.rollupsFrom = ALL_DAYS;
  }

  /** Writes the state if it changed. */
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
