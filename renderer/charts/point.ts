/** The readings of all series at one time, `offsetMs` (zero or less) from the chart's end. */
export interface Point<Key extends string> {
  readonly offsetMs: number;
  readonly values: Readonly<Record<Key, number>>;
}
