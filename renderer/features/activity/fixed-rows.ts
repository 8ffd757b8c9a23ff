/** Which rows of a list are in sight, if all have the same height. */
export interface RowWindow {
  /** The first and the one after the last. */
  readonly first: number;
  readonly end: number;
}

export interface ListView {
  /** Pixels from the top of the list. */
  readonly scrollTop: number;
  /** Of the part in sight, pixels. */
  readonly height: number;
}

/**
 * The rows in sight and some on either side. It is arithmetic, because a general virtual list keeps the measure of each
 * row, and a million of them took a frame whenever a request finished.
 */
export function rowsInSight(
  { scrollTop, height }: ListView,
  rowHeight: number,
  count: number,
  overscan: number,
): RowWindow {
  const first = Math.floor(scrollTop / rowHeight) - overscan;
  const end = Math.ceil((scrollTop + height) / rowHeight) + overscan;
  const within = (row: number): number => Math.min(count, Math.max(0, row));
  return { first: within(first), end: within(end) };
}

/** Where the list is scrolled to so that a row is in sight, not below the sticky head; null if it already is. */
export function scrollTopFor(
  row: number,
  { scrollTop, height }: ListView,
  rowHeight: number,
  headHeight: number,
): number | null {
  const top = row * rowHeight;
  const bottom = top + rowHeight + headHeight;
  if (top < scrollTop) return top;
  return bottom > scrollTop + height ? bottom - height : null;
}
