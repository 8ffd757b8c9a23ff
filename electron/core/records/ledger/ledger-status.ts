import { englishOf, sentence, stated } from '../../../../shared/sentences.ts';
import type { Message } from '../../../../shared/sentences.ts';
import type { LedgerOptions, LedgerState } from './ledger.ts';

type Current = Pick<LedgerState, 'status' | 'message' | 'messageSentence'>;

/** Whether the ledger can be used. Logs changes and warns the user of losses. */
export class LedgerStatus {
  #current: Current = { status: 'opening', message: null, messageSentence: null };
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

  set(status: LedgerState['status'], words: Message | null): void {
    const said = stated(words);
    const { message } = said;
    const before = this.#current;
    if (status === before.status && message === before.message) return;
    const { log } = this.#options;
    if (status === 'degraded' && before.status !== 'degraded') {
      log.warn({ error: message }, 'the ledger cannot be used; exchanges wait');
    }
    if (status === 'ok' && before.status === 'degraded') {
      log.info({}, 'the ledger can be used again');
    }
    this.#current = { status, ...said };
    this.#onChange();
  }

  /** Warns once that rows are lost: their queue was full, or the ledger rejected them. */
  warnOfLoss(why: 'overflow' | 'rejected'): void {
    if (this.#hasWarnedOfLoss) return;
    this.#hasWarnedOfLoss = true;
    this.warn(why === 'overflow' ? sentence('rows_lost') : sentence('row_lost'));
  }

  warn(message: Message): void {
    const { onWarning, log } = this.#options;
    if (onWarning === undefined) log.warn({}, englishOf(message));
    else onWarning(message);
  }
}
