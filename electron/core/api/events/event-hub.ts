import type { Delta, Snapshot } from '../../../../shared/snapshot.ts';
import { publicRecord } from '../../../../shared/usage.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { TokwattError } from '../../errors.ts';
import type { Ledger } from '../../records/ledger/ledger.ts';
import { viewRecord } from '../record-view.ts';
import type { EventSource, EventType } from './event-source.ts';
import { stateWire } from './state-wire.ts';
import { EventReader } from './event-reader.ts';
import type { EventCursor } from './event-cursor.ts';

/** Streams that may be open at once. */
const MAX_READERS = 64;
/** Finished exchanges kept at hand; what is older is read from the ledger. */
const ROWS = 1_000;
/** Deltas kept at hand: a quarter of a minute at their fastest. */
const DELTAS = 60;
/** How long deltas are kept up for readers that may come back. */
const LINGER_MS = 30_000;

export interface EventSources {
  /** Begin of this run, Unix milliseconds: it tells its state numbers from those of other runs. */
  readonly startedAt: number;
  readonly core: {
    snapshot(): Snapshot;
    subscribe(listener: (delta: Delta) => void): () => void;
  };
  readonly recorder: {
    readonly lastId: number;
    readonly ledger: Pick<Ledger, 'state' | 'flush' | 'recordsAfter'>;
  };
}

/**
 * What all readers of the events share: the newest rows and deltas. Nothing is queued for a reader.
 * A reader has a cursor and takes the events after it when its connection can take more; so a slow one
 * costs no memory, and one that comes back goes on where it was.
 */
export class EventHub implements EventSource {
  readonly run: string;
  readonly #sources: EventSources;
  readonly #readers = new Set<EventReader>();
  /** Oldest first. */
  #rows: ActivityRecord[] = [];
  /** Rows up to this id are not at hand; null before the first row. */
  #rowsAfter: number | null = null;
  /** The last id before this run; null until it has a row. */
  #begin: number | null = null;
  #deltas: Delta[] = [];
  #seq = 0;
  #unsubscribe: (() => void) | null = null;
  #linger: NodeJS.Timeout | null = null;
  /** Each row and delta is turned into text once, however many read it. */
  readonly #texts = new WeakMap<object, string>();
  readonly #publicTexts = new WeakMap<object, string>();

  constructor(sources: EventSources) {
    this.#sources = sources;
    this.run = sources.startedAt.toString(36);
  }

  /** Hears each finished exchange, in the order of the ids. */
  observe(record: ActivityRecord): void {
    this.#begin ??= record.id - 1;
    this.#rowsAfter ??= this.#begin;
    this.#rows.push(record);
    // Trimmed only when it has grown to twice the number, so that adding costs nothing.
    if (this.#rows.length >= ROWS * 2) {
      this.#rowsAfter = this.#rows.splice(0, ROWS).at(-1)?.id ?? this.#rowsAfter;
    }
    this.#wake();
  }

  /**
   * A reader of some types, starting after a cursor, or at the present without one. `hasToken` says
   * whether it gets whole rows. Throws `too_many_streams` (503), and `ledger-unavailable` (503) where
   * missed rows cannot be read.
   */
  open(types: readonly EventType[], cursor: EventCursor | null, hasToken: boolean): EventReader {
    if (this.#readers.size >= MAX_READERS) {
      const message = `${MAX_READERS} event streams are open, and that is the limit; close one and try again.`;
      throw new TokwattError('too_many_streams', message, { status: 503 });
    }
    const activityId = this.#startOf(cursor);
    if (types.includes('activity') && this.#rowsFrom(activityId) === null) this.#checkLedger();
    const seq = cursor?.run === this.run ? cursor.seq : null;
    const place = { activityId, seq };
    const options = { types, hasToken, onEnd: () => this.#leave(reader) };
    const reader: EventReader = new EventReader(this, place, options);
    this.#readers.add(reader);
    if (types.some((type) => type !== 'activity')) this.#follow();
    return reader;
  }

  #leave(reader: EventReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size > 0 || this.#unsubscribe === null) return;
    this.#linger ??= setTimeout(() => this.#unfollow(), LINGER_MS).unref();
  }

  /** Ends all streams. */
  close(): void {
    this.#unfollow();
    for (const reader of this.#readers) reader.close();
  }

  /** The next rows behind an id, oldest first, and the id that all is known up to then. */
  async rowsAfter(
    id: number,
  ): Promise<{ readonly rows: readonly ActivityRecord[]; readonly upTo: number }> {
    const atHand = this.#rowsFrom(id);
    if (atHand !== null) return { rows: atHand, upTo: atHand.at(-1)?.id ?? id };
    const upTo = this.#rowsAfter ?? this.#sources.recorder.lastId;
    this.#checkLedger();
    const { ledger } = this.#sources.recorder;
    // What is on its way into the ledger may have left our hands.
    await ledger.flush();
    for await (const rows of ledger.recordsAfter(id)) {
      return { rows, upTo: rows.at(-1)?.id ?? upTo };
    }
    // Ids without rows: they were cleared, or never given.
    return { rows: [], upTo };
  }

  /** The deltas behind a number, oldest first; null if they are gone and a snapshot is due. */
  deltasAfter(seq: number | null): readonly Delta[] | null {
    if (seq === this.#seq) return [];
    const first = this.#deltas[0];
    if (seq === null || seq > this.#seq || first === undefined || seq < first.seq - 1) return null;
    return this.#deltas.slice(seq - first.seq + 1);
  }

  snapshot(): Snapshot {
    return this.#sources.core.snapshot();
  }

  /** The row as `/api/activity` gives it, or without what takes the token. */
  rowText(record: ActivityRecord, isWhole: boolean): string {
    return isWhole
      ? textOnce(this.#texts, record, viewRecord)
      : textOnce(this.#publicTexts, record, (row) => viewRecord(publicRecord(row)));
  }

  deltaText(delta: Delta): string {
    return textOnce(this.#texts, delta, stateWire);
  }

  /** The id of the last row that a reader has seen, as far as this run knows it. */
  #startOf(cursor: EventCursor | null): number {
    const { lastId } = this.#sources.recorder;
    if (cursor === null) return lastId;
    const isSameRun = cursor.run === this.run;
    // A run that was killed may have told rows that it could not store; their ids are given anew.
    const last = isSameRun ? lastId : (this.#begin ?? lastId);
    return Math.min(cursor.activityId, last);
  }

  /** Rows at hand behind an id; null if some of them are in the ledger only. */
  #rowsFrom(id: number): readonly ActivityRecord[] | null {
    if (id < (this.#rowsAfter ?? this.#sources.recorder.lastId)) return null;
    return this.#rows.slice(firstAfter(this.#rows, id));
  }

  #checkLedger(): void {
    const { status, message } = this.#sources.recorder.ledger.state;
    if (status === 'ok') return;
    const text = message ?? 'The ledger is still being opened; try again in a moment.';
    throw new TokwattError('ledger-unavailable', text, { status: 503 });
  }

  #follow(): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    if (this.#unsubscribe !== null) return;
    this.#unsubscribe = this.#sources.core.subscribe((delta) => this.#onDelta(delta));
    this.#seq = this.#sources.core.snapshot().seq;
    this.#deltas = [];
  }

  #unfollow(): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#deltas = [];
  }

  #onDelta(delta: Delta): void {
    this.#seq = delta.seq;
    this.#deltas.push(delta);
    if (this.#deltas.length > DELTAS) this.#deltas.shift();
    this.#wake();
  }

  #wake(): void {
    for (const reader of this.#readers) reader.wake();
  }
}

/** The JSON text of a value's view, made when it is asked for the first time. */
function textOnce<T extends object>(
  texts: WeakMap<object, string>,
  value: T,
  view: (value: T) => object,
): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(view(value));
  texts.set(value, text);
  return text;
}

/** Where the ids above `id` begin in rows of ascending ids. */
function firstAfter(rows: readonly ActivityRecord[], id: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.id ?? Infinity) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}
