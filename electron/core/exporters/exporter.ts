import type { ExporterState } from '../../../shared/slices.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import type { Stats } from '../records/totals/stats.ts';

/**
 * Something that takes what was measured to another place: a database, a collector, an address. Its
 * failures stay its own: nothing here throws, blocks or holds more than a bounded amount.
 */
export interface Exporter {
  readonly state: ExporterState;
  /** Hears each finished exchange at once; must be quick. Rows are in the ledger a moment later. */
  observe?(record: ActivityRecord): void;
  start(): void;
  /** Sends what it can within the limit, then ends. */
  stop(limitMs: number, why: StopReason): Promise<void>;
}

/** The program ends, or the user changed the exporter's settings. */
export type StopReason = 'quit' | 'settings';

/** What an exporter reads. */
export interface ExporterContext {
  readonly version: string;
  readonly log: Log;
  /** Tells this data folder's exchanges from those of others; made once, kept for good. */
  readonly instance: string;
  readonly snapshot: () => Snapshot;
  readonly stats: () => Stats;
  readonly ledger: Ledger;
  /** A small memory of its own that outlives the process, by the exporter's name. */
  readonly memory: (name: string) => ExporterMemory;
  /** Its state changed; readers should look. */
  readonly onChange: () => void;
}

/** Kept in `exporters.json`; write it rarely and keep it small. Neither call throws. */
export interface ExporterMemory {
  read(): Readonly<Record<string, unknown>>;
  write(value: Readonly<Record<string, unknown>>): void;
}
