import type { LedgerOptions, LedgerState } from './ledger.ts';

type Current = Pick<LedgerState, 'status' | 'message'>;

/** Whether the ledger can be used. Logs changes and warns the user of losses. */
export class LedgerStatus {
  #current: Current = { status: 'opening', message: null };
  #hasWarnedOfLoss = false;
  readonly #options: Pick<LedgerOptions, 'log' | 'onWarning'>;
  readonly #onChange: () => void;

  constructor(options: Pick<LedgerOptions, 'log' | 'onWarning'>, onChange: () => void) {
    this.#options = options;
    this.#onChange = onChange;
  }

  get current(): Current {
    return this.#current;
  }

  set(status: LedgerState['status'], message: string | null): void {
    const before = this.#current;
    if (status === before.status && message === before.message) return;
    const { log } = this.#options;
    if (status === 'degraded' && before.status !== 'degraded') {
      log.warn({ error: message }, 'the ledger cannot be used; exchanges wait');
    }
    if (status === 'ok' && before.status === 'degraded') {
      log.info({}, 'the ledger can be used again');
    }
    this.#current = { status, message };
    this.#onChange();
  }

  /** Warns once that rows are lost: their queue was full, or the ledger rejected them. */
  warnOfLoss(why: 'overflow' | 'rejected'): void {
    if (this.#hasWarnedOfLoss) return;
    this.#hasWarnedOfLoss = true;
    this.warn(
      why === 'overflow'
        ? 'Exchanges could not be stored and their rows are lost. Totals are still counted.'
        : 'An exchange could not be stored and its row is lost. Totals are still counted.',
    );
  }

  warn(message: string): void {
    const { onWarning, log } = this.#options;
    if (onWarning === undefined) log.warn({}, message);
    else onWarning(message);
  }
}
