import type { Delta, Snapshot } from '../../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

export const EVENT_TYPES = ['activity', 'live', 'gpu', 'alerts'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One event in its wire form. */
export interface ServerEvent {
  readonly event: 'start' | 'snapshot' | EventType;
  readonly id: string;
  /** One line of JSON. */
  readonly data: string;
}

/** The source of all event readers. */
export interface EventSource {
  /** Identifies this run of the program. It is a part of each event's id. */
  readonly run: string;
  /** The next rows after an id, oldest first, and the last id that they account for. */
  rowsAfter(
    id: number,
  ): Promise<{ readonly rows: readonly ActivityRecord[]; readonly upTo: number }>;
  /**
   * The deltas after a number, oldest first. Null if some are no longer available and the reader
   * needs a snapshot.
   */
  deltasAfter(seq: number | null): readonly Delta[] | null;
  snapshot(): Snapshot;
  /**
   * A row as JSON text, created once for all readers: whole, or without the fields that need the
   * token.
   */
  rowText(record: ActivityRecord, isWhole: boolean): string;
  /** A delta as JSON text, created once for all readers. */
  deltaText(delta: Delta): string;
}
