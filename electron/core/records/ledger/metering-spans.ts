import { numbers } from './columns.ts';
import type { Db } from './database.ts';
import { asNumber } from './sql-values.ts';

const MINUTE_MS = 60_000;
/** A longer time between two notes was not metered: the computer slept, or its clock was set. */
export const MAX_STEP_MS = 90_000;

/** A time in which metering was on, Unix milliseconds. */
export interface MeteringSpan {
  readonly began: number;
  readonly ended: number;
}

/** Follows when metering is on. A span is stored about once a minute, so a crash loses at most that. */
export class MeteringClock {
  #current: MeteringSpan | null = null;
  #storedEnd = 0;
  #waiting: readonly MeteringSpan[] = [];

  /** True if there is something to store. */
  get isDue(): boolean {
    return this.#waiting.length > 0;
  }

  /** For about once a second. Returns true if there is something to store. */
  note(now: number, isOn: boolean): boolean {
    const current = this.#current;
    const step = now - (current?.ended ?? now);
    const isBroken = step < 0 || step > MAX_STEP_MS;
    if (current !== null && (!isOn || isBroken)) {
      // Metering went on until now if it was just switched off.
      this.#wait(isBroken ? current : { ...current, ended: now });
      this.#current = null;
    }
    if (isOn) {
      const began = this.#current?.began ?? now;
      this.#current = { began, ended: now };
      if (began === now || now - this.#storedEnd >= MINUTE_MS) this.#wait(this.#current);
    }
    return this.isDue;
  }

  /** Returns what is to be stored, with the newest state of the current span. */
  take(): readonly MeteringSpan[] {
    const current = this.#current;
    const others = this.#waiting.filter(({ began }) => began !== current?.began);
    this.#waiting = [];
    if (current === null) return others;
    this.#storedEnd = current.ended;
    return [...others, current];
  }

  /** Takes back what could not be stored. Storing a span twice does no harm. */
  putBack(spans: readonly MeteringSpan[]): void {
    this.#waiting = [...spans, ...this.#waiting];
  }

  #wait(span: MeteringSpan): void {
    this.#storedEnd = span.ended;
    this.#waiting = [...this.#waiting.filter(({ began }) => began !== span.began), span];
  }
}

const SAVE = `INSERT INTO metering_span (began, ended) VALUES (?, ?)
  ON CONFLICT (began) DO UPDATE SET ended = max(ended, excluded.ended)`;

export function saveMeteringSpans(db: Db, spans: readonly MeteringSpan[]): void {
  for (const { began, ended } of spans) db.run(SAVE, [began, ended]);
}

/** Deletes old spans, some at once. Returns false if there were none. */
export function dropMeteringSpans(db: Db, before: number): boolean {
  const old = 'SELECT began FROM metering_span WHERE ended < ? LIMIT 500';
  return db.run(`DELETE FROM metering_span WHERE began IN (${old})`, [before]) > 0;
}

/** Returns the spans that overlap a range, oldest first, joined where no more than `MAX_STEP_MS` is between them. */
export function readMeteringSpans(db: Db, from: number, to: number): MeteringSpan[] {
  const rows = db.rows(
    `SELECT ${numbers('began', 'ended')} FROM metering_span
     WHERE began < ? AND ended > ? ORDER BY began`,
    [to, from],
  );
  const spans: MeteringSpan[] = [];
  for (const row of rows) {
    const [began, ended] = [asNumber(row[0]), asNumber(row[1])];
    if (began === null || ended === null) continue;
    const last = spans.at(-1);
    if (last === undefined || began - last.ended > MAX_STEP_MS) spans.push({ began, ended });
    else spans[spans.length - 1] = { ...last, ended: Math.max(last.ended, ended) };
  }
  return spans;
}
