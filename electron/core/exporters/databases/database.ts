import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { RollupRow } from '../../records/ledger/query-schemas.ts';

/**
 * A database that exchanges and rollups are copied to. Every call may fail, with a TokwattError
 * whose text says what is wrong and what to do; the caller then connects anew.
 */
export interface SinkDatabase {
  /** Such as `postgres`. */
  readonly name: string;
  /** The most rows it takes at once; so many cost the main loop a few milliseconds at most. */
  readonly batchRows: number;
  /** False before `connect`, after a failure, and when the server went away meanwhile. */
  readonly connected: boolean;
  /**
   * Connects, and makes or migrates the tables. Returns the highest id that is there of this
   * instance, 0 for none. Drops an earlier connection.
   */
  connect(): Promise<number>;
  /** Adds at most `batchRows` rows, ascending by id; those that are there stay as they are. */
  addExchanges(records: readonly ActivityRecord[]): Promise<void>;
  /** Adds at most `batchRows` daily sums, or replaces earlier ones. */
  putRollups(rows: readonly RollupRow[]): Promise<void>;
  /** Lets go of the connection at once, whatever it does. */
  close(): void;
}
