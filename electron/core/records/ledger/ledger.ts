import type { GpuRanges, GpuState } from '../../../../shared/gpu.ts';
import type { Message, Sentence } from '../../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import type { LiveExchange } from '../../../../shared/live-exchange.ts';
import type { Log } from '../../log.ts';
import type { CaptureLimits } from './captures.ts';
import type { CaptureContent } from '../../meter/capture-content.ts';
import type { DeviceEnergy } from './device-energy.ts';
import type { Episode } from './episode-query.ts';
import type { StoredInsight } from './insights.ts';
import type { StartWorker } from './worker-rpc.ts';
import type { QueryCalls } from './ledger-calls.ts';
import type { Remote } from './protocol.ts';
import type { Clear, ExportQuery, Retention } from './query-schemas.ts';
import type { QueueLimits } from './queue-limits.ts';

export interface LedgerState {
  /** `degraded`: exchanges are not stored; the rest of the program continues. */
  readonly status: 'opening' | 'ok' | 'degraded';
  /** One line for the user; null while all is well. */
  readonly message: string | null;
  readonly messageSentence: Sentence | null;
  /** Rows waiting to be stored. */
  readonly waiting: number;
  /** Rows dropped since the start. */
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
  /** Shows a warning to the user once; one line. */
  readonly onWarning?: (message: Message) => void;
  /**
   * Called with records that are durably stored. Each appended record is reported exactly once,
   * here or in `onDropped`, in the order of the ids.
   */
  readonly onCommitted?: (records: readonly ActivityRecord[]) => void;
  /** Called with records that will not be stored: the queue was full, or their ids were taken. */
  readonly onDropped?: (records: readonly ActivityRecord[]) => void;
  /**
   * Called when another file has replaced the ledger. New ids must be above `lastId`, and rows up
   * to it must not be replayed. Called before any waiting row is stored in it.
   */
  readonly onReplaced?: (replaced: { readonly lastId: number }) => void;
}

/**
 * The store of finished exchanges. SQLite runs in its own threads, so nothing here blocks. Calls
 * that cannot be served fail with a TokwattError: `ledger-unavailable` (503) while the file is not
 * open, `ledger-failed` (500) otherwise. Its queries are declared in `ledger-calls.ts`.
 */
export interface Ledger extends Remote<QueryCalls> {
  readonly state: LedgerState;
  /** Resolves after the first attempt to open, successful or not. */
  readonly ready: Promise<void>;
  /** The highest id ever stored in this file; 0 for none; null while unknown. */
  lastId(): number | null;

  /**
   * The highest id up to which all rows are stored with their energy (or dropped); null while
   * unknown. For copies that take each row once.
   */
  lastCompleteId(): number | null;

  /** Queues a row. Ids must ascend. A row that is not complete is followed by `complete`. */
  append(record: ActivityRecord, isComplete?: boolean): void;
  /** Stores the energy of a row, if it is known. */
  complete(record: ActivityRecord): void;
  /** Queues sums of the devices' energy, about once a minute. */
  appendDeviceEnergy(samples: readonly DeviceEnergy[]): void;
  /** Queues a GPU state, with the ranges of the readings since the last one. Call it for each. */
  appendGpu(state: GpuState, ranges?: readonly (GpuRanges | null)[]): void;
  /**
   * Takes the exchanges in flight now, and whether metering is on; for once a second. The highest
   * count of each minute is kept, and the times in which metering was on.
   */
  noteInFlight(exchanges: readonly LiveExchange[], isMetering: boolean): void;
  /** Stores all queued rows now. Resolves when they are stored or cannot be. */
  flush(): Promise<void>;

  /** Yields rows with ids above `id` (and below `before`), ascending, in batches. */
  recordsAfter(id: number, before?: number): AsyncIterable<readonly ActivityRecord[]>;
  /**
   * Redacts a capture and stores it. False if it was not stored, because too many wait or the file
   * is not open.
   */
  saveCapture(id: number, at: number, content: CaptureContent): Promise<boolean>;

  /** Stores insights about exchanges. They are lost if the file is not open. */
  saveInsights(insights: readonly StoredInsight[]): void;

  /**
   * Stores alerts or insights of the past. They are lost if the file is not open. Resolves when they are
   * stored or lost.
   */
  saveEpisodes(episodes: readonly Episode[]): Promise<void>;

  setRetention(retention: Retention): void;
  /**
   * Sets the upstreams that are Ollama; each call names all of them. Queries then find their models
   * by any of their names. Sums that are stored under several names of a model are merged in the
   * background.
   */
  noteOllama(upstreams: readonly string[]): void;
  /** Deletes stored data. Deleted rows cannot be replayed, so save the totals' checkpoint first. */
  clear(what: Clear): Promise<void>;
  /** Yields pieces of text. Each is made only when it is requested. */
  exportRows(query: ExportQuery): AsyncIterable<string>;
  /**
   * Writes a copy to a file, replacing an earlier copy. Fails with `file` (422) if it cannot be
   * written.
   */
  backup(target: string): Promise<{ readonly bytes: number }>;
  /**
   * Replaces the ledger by a backup. The backup is copied and checked first; the present ledger is
   * set aside, never deleted. Nothing is merged, because the same ids mean different exchanges in
   * two ledgers. Fails with `file` (422) if the file cannot be imported.
   */
  importBackup(file: string): Promise<{ readonly rows: number; readonly setAside: string }>;

  /**
   * Stores waiting rows within the time limit, then ends the threads. Call it before the process
   * ends.
   */
  close(limitMs?: number): Promise<void>;
}
