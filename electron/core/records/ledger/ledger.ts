import type { GpuState } from '../../../../shared/gpu.ts';
import type { ActivityRecord, LiveExchange } from '../../../../shared/usage.ts';
import type { Log } from '../../log.ts';
import type { CaptureLimits } from './captures.ts';
import type { CaptureContent } from '../../meter/capture-content.ts';
import type { StartWorker } from './worker-rpc.ts';
import type { QueryCalls } from './ledger-calls.ts';
import type { Remote } from './protocol.ts';
import type { Clear, ExportQuery, Retention } from './query-schemas.ts';
import type { QueueLimits } from './write-queue.ts';

export interface LedgerState {
  /** `degraded`: exchanges are not being stored; the rest of the program goes on. */
  readonly status: 'opening' | 'ok' | 'degraded';
  /** One line for a person; null while all is well. */
  readonly message: string | null;
  /** Rows that wait to be stored. */
  readonly waiting: number;
  /** Rows that will never be, since the start. */
  readonly dropped: number;
}

export interface LedgerOptions {
  /** The database, `…/ledger.db`; its folder must exist. */
  readonly file: string;
  readonly log: Log;
  readonly retention?: Retention;
  readonly captureLimits?: CaptureLimits;
  readonly queue?: Partial<QueueLimits>;
  /** The workers' file; by default the one beside the running bundle. */
  readonly workerPath?: string;
  readonly startWorker?: StartWorker;
  readonly onState?: (state: LedgerState) => void;
  /** What the user should be told once, one line each. */
  readonly onWarning?: (message: string) => void;
  /**
   * Records that are in the ledger for good. Together with `onDropped` every record appended is
   * reported exactly once, in the order of the ids.
   */
  readonly onCommitted?: (records: readonly ActivityRecord[]) => void;
  /** Records that will not be in the ledger: the queue ran over, or their ids were taken. */
  readonly onDropped?: (records: readonly ActivityRecord[]) => void;
  /**
   * Another file took the ledger's place. New ids must be above `lastId`, and rows up to it are not
   * to be replayed. Called before any waiting row is stored in it.
   */
  readonly onReplaced?: (replaced: { readonly lastId: number }) => void;
}

/**
 * The store of finished exchanges. SQLite runs in threads of its own: nothing here blocks, and
 * what cannot be done now fails with a TokwattError: `ledger-unavailable` (503) while the file is not
 * open, `ledger-failed` (500) else. Its queries are declared in `ledger-calls.ts`.
 */
export interface Ledger extends Remote<QueryCalls> {
  readonly state: LedgerState;
  /** Settles with the first attempt to open, whether it went well or not. */
  readonly ready: Promise<void>;
  /** The highest id ever stored in this file, 0 for none; null while it is not known. */
  lastId(): number | null;

  /** Queues a row. Ids must ascend. */
  append(record: ActivityRecord): void;
  /** Queues a GPU reading; to be called for each. */
  appendGpu(state: GpuState): void;
  /** Says what is in flight now; the highest of each minute is kept. */
  noteInFlight(exchanges: readonly LiveExchange[]): void;
  /** Asks for everything queued to be stored now. Resolves when it is or cannot be. */
  flush(): Promise<void>;

  /** Rows with ids above `id` (and below `before`), ascending, in batches. */
  recordsAfter(id: number, before?: number): AsyncIterable<readonly ActivityRecord[]>;
  /** Redacts a capture and stores it. False if it was not: too many wait, or the file is not open. */
  saveCapture(id: number, at: number, content: CaptureContent): Promise<boolean>;

  setRetention(retention: Retention): void;
  /**
   * Says which upstreams are Ollama, all of them at each call. Their models are found by any of their names,
   * and sums that are stored under several names of a model are put together in the background.
   */
  noteOllama(upstreams: readonly string[]): void;
  /** Rows not yet in the totals' checkpoint are gone from replay: save the checkpoint first. */
  clear(what: Clear): Promise<void>;
  /** Pieces of text; the next is made when it is asked for. */
  exportRows(query: ExportQuery): AsyncIterable<string>;
  /** Writes a copy to a file, replacing an earlier one. Fails with `file` (422) if it cannot. */
  backup(target: string): Promise<{ readonly bytes: number }>;
  /**
   * Puts a backup in the ledger's place. It is copied and checked first, and the present ledger is
   * set aside, never deleted. Nothing is merged: ids of two histories mean different exchanges. Fails
   * with `file` (422) if it is none that can be imported.
   */
  importBackup(file: string): Promise<{ readonly rows: number; readonly setAside: string }>;

  /** Stores what waits within the limit, then ends the threads. Call it before the process ends. */
  close(limitMs?: number): Promise<void>;
}
