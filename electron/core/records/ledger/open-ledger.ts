import { besideBundle } from '../../bundle-file.ts';
import type { Ledger, LedgerOptions } from './ledger.ts';
import { startWorker } from './worker-rpc.ts';
import { ThreadedLedger } from './threaded-ledger.ts';

/** The workers' file beside the running bundle; its source is `worker.ts`. */
export const LEDGER_WORKER = 'ledger-worker.cjs';

/** Opens or creates a ledger. Returns at once; the file is opened in the background. */
export function openLedger(options: LedgerOptions): Ledger {
  return new ThreadedLedger({
    ...options,
    workerPath: options.workerPath ?? besideBundle(LEDGER_WORKER),
    startWorker: options.startWorker ?? startWorker,
  });
}
