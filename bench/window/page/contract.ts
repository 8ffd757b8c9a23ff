/** Times from the click, milliseconds. */
export interface Opened {
  /** Until the page shows what this opening asked for. */
  readonly freshMs: number;
  /** Until it shows anything of its own, also what it kept from the last visit. */
  readonly keptMs: number;
  /** Until the last answer had arrived. */
  readonly answeredMs: number;
}

/** Painted frames that were looked at. */
export interface SeenRows {
  readonly frames: number;
  /** Of them with a place in sight that has no row. */
  readonly holes: number;
  /** Of them with a row in sight that is still loaded. */
  readonly loading: number;
}

export interface PageBench {
  /** Clicks on a page and waits until it shows the answers of these paths. */
  open(name: string, paths: readonly string[]): Promise<Opened>;
  /** Milliseconds of the smallest question whose answer is painted. */
  floor(): Promise<number>;
  /** Looks at the rows of the activity list in each painted frame. The returned function stops it. */
  watchRows(): void;
  stopWatching(): SeenRows;
  /** Sets the list to a share of its height. Returns the milliseconds until all rows in sight are painted. */
  jumpTo(share: number): Promise<number>;
}

declare global {
  interface Window {
    bench: PageBench;
  }
}
