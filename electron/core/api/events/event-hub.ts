import { sentence } from '../../../../shared/sentences.ts';
import type { Delta, Snapshot } from '../../../../shared/snapshot.ts';
import { publicRecord } from '../../../../shared/public-record.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { TokwattError } from '../../errors.ts';
import type { Ledger } from '../../records/ledger/ledger.ts';
import { viewRecord } from '../record-view.ts';
import type { EventSource, EventType } from './event-source.ts';
import { stateWire } from './state-wire.ts';
import { EventReader } from './event-reader.ts';
import type { EventCursor } from './event-cursor.ts';

/** Most streams open at the same time. */
const MAX_READERS = 64;
/** Finished exchanges kept in memory. Older ones are read from the ledger. */
const ROWS = 1_000;
/** Deltas kept in memory: 15 seconds at the highest rate. */
const DELTAS = 60;
/** How long deltas are still recorded after the last reader has left, because it may come back. */
const LINGER_MS = 30_000;

export interface EventSources {
  /** Start of this run, Unix milliseconds. It identifies the run to which state numbers belong. */
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
 * The newest rows and deltas, shared by all readers of the events. There is no queue per reader: a
 * reader has a cursor and fetches the events after it when its connection accepts more. A slow
 * reader therefore costs no memory, and a reader that reconnects can resume.
 */
export class EventHub implements EventSource {
  readonly run: string;
  readonly #sources: EventSources;
  readonly #readers = new Set<EventReader>();
  /** Oldest first. */
  #rows: ActivityRecord[] = [];
  /** The newest id whose row is no longer in memory; null before the first row. */
  #rowsAfter: number | null = null;
  /** The last id before this run; null until the run has a row. */
  #begin: number | null = null;
  #deltas: Delta[] = [];
  #seq = 0;
  #unsubscribe: (() => void) | null = null;
  #linger: NodeJS.Timeout | null = null;
  /** JSON texts, so that each row and delta is serialized once for all readers. */
  readonly #texts = new WeakMap<object, string>();
  readonly #publicTexts = new WeakMap<object, string>();

  constructor(sources: EventSources) {
    this.#sources = sources;
    this.run = sources.startedAt.toString(36);
  }

  /** Adds a finished exchange. Must be called in the order of the ids. */
  observe(record: ActivityRecord): void {
    this.#begin ??= record.id - 1;
    this.#rowsAfter ??= this.#begin;
    this.#rows.push(record);
    // Trimmed only at twice the size, so that the cost of adding is constant on average.
    if (this.#rows.length >= ROWS * 2) {
      this.#rowsAfter = this.#rows.splice(0, ROWS).at(-1)?.id ?? this.#rowsAfter;
    }
    this.#wake();
  }

  /**
   * Opens a reader of some types, which starts after a cursor or, without one, at the present.
   * `hasToken` says whether it gets whole rows. Throws `too_many_streams` (503), and
   * `ledger-unavailable` (503) if missed rows cannot be read.
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

  /**
   * The next rows after an id, oldest first. `upTo` is the last id that the answer accounts for.
   */
  async rowsAfter(
    id: number,
  ): Promise<{ readonly rows: readonly ActivityRecord[]; readonly upTo: number }> {
    const atHand = this.#rowsFrom(id);
    if (atHand !== null) return { rows: atHand, upTo: atHand.at(-1)?.id ?? id };
    const upTo = this.#rowsAfter ?? this.#sources.recorder.lastId;
    this.#checkLedger();
    const { ledger } = this.#sources.recorder;
    // Rows that are still being written may no longer be in memory.
    await ledger.flush();
    for await (const rows of ledger.recordsAfter(id)) {
      return { rows, upTo: rows.at(-1)?.id ?? upTo };
    }
    // These ids have no rows, because they were cleared or never used.
    return { rows: [], upTo };
  }

  /**
   * The deltas after a number, oldest first. Null if they are no longer available and the reader
   * needs a snapshot.
   */
  deltasAfter(seq: number | null): readonly Delta[] | null {
    if (seq === this.#seq) return [];
    const first = this.#deltas[0];
    if (seq === null || seq > this.#seq || first === undefined || seq < first.seq - 1) return null;
    return this.#deltas.slice(seq - first.seq + 1);
  }

  snapshot(): Snapshot {
    return this.#sources.core.snapshot();
  }

  /** The row as in `/api/activity`, or without the fields that need the token. */
  rowText(record: ActivityRecord, isWhole: boolean): string {
    return isWhole
      ? textOnce(this.#texts, record, viewRecord)
      : textOnce(this.#publicTexts, record, (row) => viewRecord(publicRecord(row)));
  }

  deltaText(delta: Delta): string {
    return textOnce(this.#texts, delta, stateWire);
  }

  /** The id of the last row that a reader has seen, as far as this run knows. */
  #startOf(cursor: EventCursor | null): number {
    const { lastId } = this.#sources.recorder;
    if (cursor === null) return lastId;
    const isSameRun = cursor.run === this.run;
    // A run that was killed may have sent rows that it could not store. Their ids are used again.
    const last = isSameRun ? lastId : (this.#begin ?? lastId);
    return Math.min(cursor.activityId, last);
  }

  /** The rows in memory after an id; null if some of them are only in the ledger. */
  #rowsFrom(id: number): readonly ActivityRecord[] | null {
    if (id < (this.#rowsAfter ?? this.#sources.recorder.lastId)) return null;
    return this.#rows.slice(firstAfter(this.#rows, id));
  }

  #checkLedger(): void {
    const { status, message, messageSentence } = this.#sources.recorder.ledger.state;
    if (status === 'ok') return;
    const text = messageSentence ?? message ?? sentence('ledger_opening');
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

/** The JSON text of a value's view, created on first use. */
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

/** The index of the first id above `id`, in rows with ascending ids. */
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
