import type { ExporterState } from '../../../shared/slices.ts';
import type { Snapshot } from '../../../shared/snapshot.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { DeviceBooks } from '../hardware/energy/device-books.ts';
import type { Log } from '../log.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import type { Stats } from '../records/totals/stats.ts';

/**
 * Copies measured data to another place: a database, a collector, a URL. It must not throw, block
 * or hold more than a bounded amount, so that its failures affect nothing else.
 */
export interface Exporter {
  readonly state: ExporterState;
  /**
   * Called for each finished exchange; must return quickly. The row is in the ledger shortly after.
   */
  observe?(record: ActivityRecord): void;
  start(): void;
  /** Sends what it can within the limit, then ends. */
  stop(limitMs: number, why: StopReason): Promise<void>;
}

/** The program quits, or the user changed the exporter's settings. */
export type StopReason = 'quit' | 'settings';

/** The data that an exporter may read. */
export interface ExporterContext {
  readonly version: string;
  readonly log: Log;
  /** Identifies the exchanges of this data folder. Created once and never changed. */
  readonly instance: string;
  readonly snapshot: () => Snapshot;
  readonly stats: () => Stats;
  /** Where the energy of the devices went since the start. */
  readonly books: () => readonly DeviceBooks[];
  readonly ledger: Ledger;
  /** Returns a small persistent store for the exporter with this name. */
  readonly memory: (name: string) => ExporterMemory;
  /** Called when an exporter's state has changed. */
  readonly onChange: () => void;
}

/** A part of `exporters.json`. Write rarely and keep it small. Neither call throws. */
export interface ExporterMemory {
  read(): Readonly<Record<string, unknown>>;
  write(value: Readonly<Record<string, unknown>>): void;
}
