import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { RollupRow } from '../../records/ledger/query-schemas.ts';

/**
 * A database that receives copies of exchanges and rollups. Any call may fail with a TokwattError
 * whose message names the problem and the remedy. The caller then connects again.
 */
export interface SinkDatabase {
  /** Such as `postgres`. */
  readonly name: string;
  /** Most rows per call. This many block the event loop for only a few milliseconds. */
  readonly batchRows: number;
  /** False before `connect`, after a failure, and after the server closed the connection. */
  readonly connected: boolean;
  /**
   * Connects and creates or migrates the tables. Returns the highest id of this instance in the
   * database, 0 if there is none. Drops an earlier connection.
   */
  connect(): Promise<number>;
  /** Inserts at most `batchRows` rows, ascending by id. Existing rows are not changed. */
  addExchanges(records: readonly ActivityRecord[]): Promise<void>;
  /** Inserts or replaces at most `batchRows` daily sums. */
  putRollups(rows: readonly RollupRow[]): Promise<void>;
  /** Closes the connection at once, even during a request. */
  close(): void;
}
