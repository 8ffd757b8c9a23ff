/** A span of time, Unix milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

export interface GroupState {
  /** The time of the crosshair; null while nothing points at a chart. */
  readonly at: number | null;
  /** The id of the chart that is pointed at. */
  readonly chart: string | null;
  /** The range that is being chosen. `to` may lie before `from`. */
  readonly selection: TimeRange | null;
}

const IDLE: GroupState = { at: null, chart: null, selection: null };

/**
 * The crosshair of all charts of a page. It is no React state: a moving pointer redraws crosshairs and readouts, and
 * never the charts.
 */
export class GroupStore {
  #state = IDLE;
  readonly #listeners = new Set<() => void>();

  readonly get = (): GroupState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Moves the crosshair, and with it the open end of a selection. */
  point(at: number, chart: string): void {
    const { selection } = this.#state;
    this.#set({ at, chart, selection: selection && { from: selection.from, to: at } });
  }

  /** Begins a selection at the crosshair. */
  startSelection(): void {
    const { at } = this.#state;
    if (at !== null) this.#set({ ...this.#state, selection: { from: at, to: at } });
  }

  /** Ends the selection and returns it in order; null if there is none or it has no length. */
  endSelection(): TimeRange | null {
    const { selection } = this.#state;
    if (selection === null) return null;
    this.#set({ ...this.#state, selection: null });
    const { from, to } = selection;
    return from === to ? null : { from: Math.min(from, to), to: Math.max(from, to) };
  }

  /** Removes the crosshair and any selection. */
  clear(): void {
    this.#set(IDLE);
  }

  #set(next: GroupState): void {
    const { at, chart, selection } = this.#state;
    if (next.at === at && next.chart === chart && next.selection === selection) return;
    this.#state = next;
    for (const listener of this.#listeners) listener();
  }
}
