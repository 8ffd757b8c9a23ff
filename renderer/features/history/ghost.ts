/** The figures of another range, placed on the times of the one that is shown. */
import type { History, HistoryColumn } from '../../../shared/history.ts';

export interface Ghost {
  readonly label: string;
  /** The value that the other range has as long after its begin; null where it has none. */
  readonly place: (column: (history: History) => HistoryColumn) => HistoryColumn;
}

/** Null if the steps differ in length, because sums of unequal times cannot be compared. */
export function ghostOf(shown: History, other: History, label: string): Ghost | null {
  if (shown.bucketMs !== other.bucketMs) return null;
  // Days have 23 to 25 hours, so times are matched to the nearest step.
  const indexes = shown.at.map((at) => {
    const index = Math.round((at - shown.from) / shown.bucketMs);
    return index < other.at.length ? index : -1;
  });
  return {
    label,
    place: (column) => {
      const values = column(other);
      return indexes.map((index) => values[index] ?? null);
    },
  };
}
