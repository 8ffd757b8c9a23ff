import type { Delta, Snapshot } from '../../../../shared/snapshot.ts';
import { toWire } from '../../../../shared/wire.ts';
import type { EventSource, EventType, ServerEvent } from './event-source.ts';
import { stateWire } from './state-wire.ts';
import { formatEventCursor } from './event-cursor.ts';

/** After this time without an event a comment is sent, so that proxies do not close the stream. */
const KEEP_ALIVE_MS = 15_000;

export interface EventReaderOptions {
  readonly types: readonly EventType[];
  /** True if the reader sent the API token and so gets whole rows. */
  readonly hasToken: boolean;
  /** Called once. */
  readonly onEnd: () => void;
}

/** One open stream of events. It has a cursor and creates the events after it on demand. */
export class EventReader {
  readonly #source: EventSource;
  readonly #options: EventReaderOptions;
  #activityId: number;
  #seq: number | null;
  #isWoken = false;
  #isClosed = false;
  #resume: (() => void) | null = null;

  /** `seq` is null for a reader that has no state of this run. */
  constructor(
    source: EventSource,
    cursor: { readonly activityId: number; readonly seq: number | null },
    options: EventReaderOptions,
  ) {
    this.#source = source;
    this.#options = options;
    this.#activityId = cursor.activityId;
    this.#seq = cursor.seq;
  }

  /** Signals that there may be new events. */
  wake(): void {
    this.#isWoken = true;
    this.#resume?.();
  }

  /** Ends {@link events}. */
  close(): void {
    this.#isClosed = true;
    this.#resume?.();
  }

  /**
   * Yields events until the reader is closed, and null when only a keep-alive is due. Each event is
   * created when it is requested. Throws `ledger-unavailable` if missed rows can no longer be read.
   */
  async *events(): AsyncGenerator<ServerEvent | null> {
    try {
      // Its id is a cursor, so that a reader can resume even if the connection breaks before the
      // first event.
      yield this.#event('start', JSON.stringify({ types: this.#options.types }));
      while (!this.#isClosed) {
        this.#isWoken = false;
        yield* this.#state();
        const before = this.#activityId;
        yield* this.#activity();
        // More rows may follow those that were just read.
        if (this.#activityId === before && !(await this.#pause())) yield null;
      }
    } finally {
      this.#options.onEnd();
    }
  }

  async *#activity(): AsyncGenerator<ServerEvent> {
    if (!this.#follows('activity')) return;
    const { rows, upTo } = await this.#source.rowsAfter(this.#activityId);
    for (const row of rows) {
      this.#activityId = row.id;
      yield this.#event('activity', this.#source.rowText(row, this.#options.hasToken));
    }
    this.#activityId = upTo;
  }

  /** Waits for news. Returns false if there were none before the keep-alive is due. */
  async #pause(): Promise<boolean> {
    if (this.#isWoken || this.#isClosed) return true;
    let timer: NodeJS.Timeout | undefined;
    const isOver = await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(true), KEEP_ALIVE_MS);
      this.#resume = () => resolve(false);
    });
    clearTimeout(timer);
    this.#resume = null;
    return !isOver;
  }

  *#state(): Generator<ServerEvent> {
    if (this.#options.types.every((type) => type === 'activity')) return;
    const deltas = this.#source.deltasAfter(this.#seq);
    if (deltas === null) yield* this.#whole(this.#source.snapshot());
    else for (const delta of deltas) yield* this.#changes(delta);
  }

  *#whole(snapshot: Snapshot): Generator<ServerEvent> {
    const { seq, state } = snapshot;
    const { gpu, alerts } = state;
    // Only the last event of one number may carry it as its id. Otherwise a reader that disconnects
    // after the first of them would miss the rest.
    if (this.#follows('gpu')) yield this.#event('gpu', wire({ seq, gpu }));
    if (this.#follows('alerts')) yield this.#event('alerts', wire({ seq, alerts }));
    this.#seq = seq;
    if (this.#follows('live')) yield this.#event('snapshot', JSON.stringify(stateWire(snapshot)));
  }

  *#changes(delta: Delta): Generator<ServerEvent> {
    const { seq, changed } = delta;
    const { gpu, alerts } = changed;
    if (gpu !== undefined && this.#follows('gpu')) yield this.#event('gpu', wire({ seq, gpu }));
    if (alerts !== undefined && this.#follows('alerts')) {
      yield this.#event('alerts', wire({ seq, alerts }));
    }
    this.#seq = seq;
    if (this.#follows('live')) yield this.#event('live', this.#source.deltaText(delta));
  }

  #follows(type: EventType): boolean {
    return this.#options.types.includes(type);
  }

  #event(event: ServerEvent['event'], data: string): ServerEvent {
    const cursor = { activityId: this.#activityId, run: this.#source.run, seq: this.#seq ?? 0 };
    return { event, id: formatEventCursor(cursor), data };
  }
}

function wire(value: object): string {
  return JSON.stringify(toWire(value));
}
