import { join } from 'node:path';
import type { Ledger, LedgerOptions } from './ledger.ts';
import { startWorker } from './worker-rpc.ts';
import { ThreadedLedger } from './threaded-ledger.ts';

/** The workers' file beside the running bundle; its source is `worker.ts`. */
export const LEDGER_WORKER = 'ledger-worker.cjs';

/** Opens or makes a ledger. Returns at once; it opens in the background. */
export function openLedger(options: LedgerOptions): Ledger {
  return new ThreadedLedger({
    ...options,
    workerPath: options.workerPath ?? workerBesideBundle(),
    startWorker: options.startWorker ?? startWorker,
  });
}

/** Null in a run from source, where there is no bundle to lie beside. */
function workerBesideBundle(): string | null {
  return typeof __dirname === 'string' ? join(__dirname, LEDGER_WORKER) : null;
}
