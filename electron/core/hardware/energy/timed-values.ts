/** Most readings remembered. More come only while nothing is settled. */
const MAX_VALUES = 256;

/**
 * What readings of one device tell of the time since the reading before, such as its utilisation.
 * Moments are monotonic milliseconds.
 */
export class TimedValues {
  #values: { readonly at: number; readonly value: number | null }[] = [];

  /** Takes a reading; null if it does not tell the value. */
  add(at: number, value: number | null): void {
    const last = this.#values.at(-1);
    if (last !== undefined && at <= last.at) return;
    this.#values.push({ at, value });
    if (this.#values.length > MAX_VALUES) this.#values.shift();
  }

  /**
   * The value at a moment; null if it is not known. After the newest reading its value is held, as
   * its power is.
   *
   * @param maxGapMs longest distance to the reading
   */
  at(moment: number, maxGapMs: number): number | null {
    const reading = this.#values.find(({ at }) => at >= moment) ?? this.#values.at(-1);
    if (reading === undefined || Math.abs(reading.at - moment) > maxGapMs) return null;
    return reading.value;
  }

  /** Forgets what no moment from `before` on needs. */
  forget(before: number): void {
    const newest = this.#values.at(-1);
    this.#values = this.#values.filter((reading) => reading === newest || reading.at >= before);
  }
}
