/** Most readings remembered. More come only while nothing is settled. */
const MAX_SHARES = 256;

/**
 * The share of one device's work that other programs did, by time. A reading tells that of the time
 * since the one before it. Moments are monotonic milliseconds.
 */
export class OtherShares {
  #shares: { readonly at: number; readonly share: number | null }[] = [];

  /** Takes a reading; null if it does not tell the share. */
  add(at: number, share: number | null): void {
    const last = this.#shares.at(-1);
    if (last !== undefined && at <= last.at) return;
    this.#shares.push({ at, share });
    if (this.#shares.length > MAX_SHARES) this.#shares.shift();
  }

  /**
   * The share at a moment, 0 to 1; null if it is not known. After the newest reading its share is
   * held, as its power is.
   *
   * @param maxGapMs longest distance to the reading
   */
  at(moment: number, maxGapMs: number): number | null {
    const reading = this.#shares.find(({ at }) => at >= moment) ?? this.#shares.at(-1);
    if (reading === undefined || Math.abs(reading.at - moment) > maxGapMs) return null;
    return reading.share;
  }

  /** Forgets what no moment from `before` on needs. */
  forget(before: number): void {
    const newest = this.#shares.at(-1);
    this.#shares = this.#shares.filter((reading) => reading === newest || reading.at >= before);
  }
}
