/** The answer of `GET /api/data/summary`. */
export interface StoredData extends Readonly<Record<HoldingName, Holding>> {
  readonly fileBytes: number;
  readonly freeBytes: number;
}

export const HOLDINGS = ['activity', 'captures', 'series', 'rollups', 'gpuSamples'] as const;
export type HoldingName = (typeof HOLDINGS)[number];

interface Holding {
  readonly rows: number;
  readonly bytes: number;
  /** Unix milliseconds; null while there are no rows. */
  readonly oldest: number | null;
}

/** What can be cleared, and which rows go with it. */
export const CLEARS = {
  captures: ['captures'],
  logs: ['activity'],
  metrics: ['series', 'rollups', 'gpuSamples'],
  all: HOLDINGS,
} as const satisfies Readonly<Record<string, readonly HoldingName[]>>;
export type Clearing = keyof typeof CLEARS;

/** The number of rows that go. */
export function rowsOf(data: StoredData, what: Clearing): number {
  return CLEARS[what].reduce((sum, name) => sum + data[name].rows, 0);
}
