import type { Delta, Snapshot } from '../../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';

export const EVENT_TYPES = ['activity', 'live', 'gpu', 'alerts'] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** One event as it goes over the wire. */
export interface ServerEvent {
  readonly event: 'start' | 'snapshot' | EventType;
  readonly id: string;
  /** One line of JSON. */
  readonly data: string;
}

/** What an event reader takes its events from. All readers share one source. */
export interface EventSource {
  /** Identifies this run of the program; part of every event's id. */
  readonly run: string;
  /** The next rows after an id, oldest first, and the last id that they account for. */
  rowsAfter(
    id: number,
  ): Promise<{ readonly rows: readonly ActivityRecord[]; readonly upTo: number }>;
  /** The deltas after a number, oldest first; null if some are gone and a snapshot is due. */
  deltasAfter(seq: number | null): readonly Delta[] | null;
  snapshot(): Snapshot;
  /** A row as JSON text, made once for all readers: whole, or as it is told without the token. */
  rowText(record: ActivityRecord, isWhole: boolean): string;
  /** A delta as JSON text, made once for all readers. */
  deltaText(delta: Delta): string;
}
