import type { ActivityPositions, ActivityRows } from '../../../shared/activity.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Query } from '../../client/api.ts';
import { Anchors } from './anchors.ts';

/** Rows of one page; also the distance of positions. */
const STEP = 100;
/** Pages that are kept; those not seen for longest are dropped. */
const MAX_PAGES = 80;
/** Most new rows that are read at once. With more, the list begins anew. */
const MAX_NEW = 200;
/** With more rows in front of the counted ones, the list begins anew. */
const MAX_FRESH = 2_000;

export type Read = <T>(path: string, query: Query, signal?: AbortSignal) => Promise<T>;

export interface RowsState {
  /** Rows so far; null until the first answer. */
  readonly total: number | null;
  /** True while older rows are still being counted. */
  readonly isCounting: boolean;
  readonly error: Error | null;
  /** New rows that are not shown yet. */
  readonly waiting: number;
  /** True if there are more new rows than `waiting`. */
  readonly isOutdated: boolean;
}

/**
 * Any part of the rows of a filter, newest first. Rows are read by page where they are looked at.
 * Rows that finish later stay aside until they are asked for, so that what one reads does not move.
 */
export class RowSource {
  readonly #read: Read;
  readonly #filter: Query;
  readonly #listeners = new Set<() => void>();
  #state: RowsState = NOTHING;
  #anchors = new Anchors();
  #pages = new Map<number, readonly ActivityRecord[]>();
  readonly #loading = new Map<number, AbortController>();
  #fresh: readonly ActivityRecord[] = [];
  #waiting: readonly ActivityRecord[] = [];
  #run = new AbortController();
  #isLooking = false;

  constructor(read: Read, filter: Query) {
    this.#read = read;
    this.#filter = filter;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly state = (): RowsState => this.#state;

  /** Reads the newest rows and counts the others. What was read before is forgotten. */
  start(): void {
    this.stop();
    this.#run = new AbortController();
    void this.#begin(this.#run.signal).catch((error: unknown) => this.#fail(error));
  }

  stop(): void {
    this.#run.abort();
    for (const load of this.#loading.values()) load.abort();
    this.#loading.clear();
  }

  /** The row at an index; null while it is not loaded. */
  row(index: number): ActivityRecord | null {
    const fresh = this.#fresh[index];
    if (fresh !== undefined) return fresh;
    const { page, offset } = this.#anchors.find(index - this.#fresh.length);
    return this.#pages.get(page)?.[offset] ?? null;
  }

  /** The index of a row among the loaded ones; null if it is not there. */
  indexOf(id: number): number | null {
    const fresh = this.#fresh.findIndex((row) => row.id === id);
    if (fresh !== -1) return fresh;
    for (const [page, rows] of this.#pages) {
      const offset = rows.findIndex((row) => row.id === id);
      if (offset !== -1) return this.#fresh.length + this.#anchors.startOf(page) + offset;
    }
    return null;
  }

  /**
   * Loads the rows from `first` to `last`, and ends loading others. When they are there and it is called again, it loads
   * those before and after them, so that scrolling on finds them.
   */
  want(first: number, last: number): void {
    const from = this.#anchors.find(Math.max(0, first - this.#fresh.length)).page;
    const to = this.#anchors.find(Math.max(0, last - this.#fresh.length)).page;
    for (const [page, load] of this.#loading) {
      if (page >= from - 1 && page <= to + 1) continue;
      load.abort();
      this.#loading.delete(page);
    }
    let isComplete = true;
    for (let page = from; page <= to; page++) {
      const known = this.#pages.get(page);
      isComplete &&= known !== undefined;
      if (known === undefined) void this.#load(page);
      else this.#keep(page, known);
    }
    if (!isComplete) return;
    for (const page of [to + 1, from - 1]) {
      if (page >= 0 && !this.#pages.has(page)) void this.#load(page);
    }
  }

  /** Reads the rows that finished since. They are shown at once if the list is followed. */
  async lookForNew(isFollowed: boolean): Promise<void> {
    if (this.#isLooking || this.#state.total === null || this.#filter.to !== undefined) return;
    this.#isLooking = true;
    const { signal } = this.#run;
    try {
      const newest = this.#waiting[0] ?? this.#fresh[0] ?? this.#pages.get(0)?.[0] ?? null;
      const since = newest === null ? {} : { from: newest.completedAt };
      const query = { ...this.#filter, ...since, limit: MAX_NEW };
      const { activity } = await this.#read<ActivityRows>('/activity', query, signal);
      const rows = newest === null ? activity : activity.filter((row) => isAfter(row, newest));
      if (rows.length > 0 && !signal.aborted) this.#add(rows, isFollowed);
    } catch {
      // The next look finds them too.
    } finally {
      this.#isLooking = false;
    }
  }

  /** Puts the waiting rows in front. */
  show(): void {
    if (this.#state.isOutdated || this.#fresh.length > MAX_FRESH) {
      this.start();
      return;
    }
    this.#fresh = [...this.#waiting, ...this.#fresh];
    this.#waiting = [];
    this.#change({ waiting: 0, total: this.#fresh.length + this.#anchors.end });
  }

  #add(rows: readonly ActivityRecord[], isFollowed: boolean): void {
    const isOutdated = this.#state.isOutdated || rows.length === MAX_NEW;
    this.#waiting = [...rows, ...this.#waiting];
    this.#change({ waiting: this.#waiting.length, isOutdated });
    if (isFollowed) this.show();
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const query = { ...this.#filter, limit: STEP };
    const { activity, nextCursor } = await this.#read<ActivityRows>('/activity', query, signal);
    if (signal.aborted) return;
    const [head] = activity;
    // Begins with this row for ever, whatever finishes later.
    const start = head === undefined ? null : `${head.completedAt}.${head.id + 1}`;
    this.#anchors = new Anchors(start, activity.length);
    this.#pages = new Map([[0, activity]]);
    this.#fresh = [];
    this.#waiting = [];
    const isCounting = nextCursor !== null;
    this.#change({ ...NOTHING, total: activity.length, isCounting });
    if (isCounting) await this.#count(start, signal);
  }

  async #count(start: string | null, signal: AbortSignal): Promise<void> {
    const anchors = new Anchors(start, 0);
    let cursor = start;
    do {
      const query = { ...this.#filter, step: STEP, cursor };
      const found = await this.#read<ActivityPositions>('/activity/positions', query, signal);
      if (signal.aborted) return;
      anchors.add(found);
      cursor = found.nextCursor;
      this.#anchors = anchors;
      const isCounting = cursor !== null;
      this.#change({ total: this.#fresh.length + anchors.end, isCounting });
    } while (cursor !== null);
  }

  async #load(page: number): Promise<void> {
    const size = this.#anchors.sizeOf(page);
    if (size === 0 || this.#loading.has(page)) return;
    const load = new AbortController();
    this.#loading.set(page, load);
    const cursor = this.#anchors.cursorOf(page);
    const query = { ...this.#filter, limit: size, cursor };
    try {
      const { activity } = await this.#read<ActivityRows>('/activity', query, load.signal);
      if (load.signal.aborted) return;
      this.#keep(page, activity);
      this.#change({});
    } catch (error) {
      if (!load.signal.aborted) this.#fail(error);
    } finally {
      if (this.#loading.get(page) === load) this.#loading.delete(page);
    }
  }

  #keep(page: number, rows: readonly ActivityRecord[]): void {
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    for (const oldest of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) break;
      // The first page tells what is new.
      if (oldest !== 0) this.#pages.delete(oldest);
      else this.#pages = new Map([...[...this.#pages].slice(1), [0, this.#pages.get(0) ?? []]]);
    }
  }

  #fail(error: unknown): void {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    this.#change({ error: error instanceof Error ? error : new Error(String(error)) });
  }

  #change(changes: Partial<RowsState>): void {
    this.#state = { ...this.#state, error: null, ...changes };
    for (const listener of this.#listeners) listener();
  }
}

const NOTHING: RowsState = {
  total: null,
  isCounting: false,
  error: null,
  waiting: 0,
  isOutdated: false,
};

function isAfter(row: ActivityRecord, other: ActivityRecord): boolean {
  return (
    row.completedAt > other.completedAt ||
    (row.completedAt === other.completedAt && row.id > other.id)
  );
}
