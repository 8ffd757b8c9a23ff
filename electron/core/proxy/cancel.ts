import type { CancelNotice } from '../../../shared/live-exchange.ts';
import type { RequestHead } from './tap.ts';
import type { Refusal } from './refusal.ts';

/**
 * The status of a cancelled exchange whose answer had not begun. Not 408, 409, 429 or 5xx, because
 * the SDKs of OpenAI and Anthropic repeat such requests by themselves.
 */
export const CANCELLED_STATUS = 499;

/** The error that the client of a cancelled exchange gets. */
export const CANCELLED: Refusal = {
  status: CANCELLED_STATUS,
  code: 'cancelled_by_user',
  message: 'Cancelled by the user in Tokwatt.',
};

/** An exchange that can be ended from outside. */
export interface Cancelable {
  /** Ends the exchange on both sides at once. Returns null if it has ended already. */
  cancel(): CancelNotice | null;
}

/** The running exchanges of all listeners, by their heads. */
export class RunningExchanges {
  readonly #running = new Map<RequestHead, Cancelable>();

  add(head: RequestHead, exchange: Cancelable): void {
    this.#running.set(head, exchange);
  }

  delete(head: RequestHead): void {
    this.#running.delete(head);
  }

  /** Cancels the exchange with this head. Returns null if it has ended. */
  cancel(head: RequestHead): CancelNotice | null {
    return this.#running.get(head)?.cancel() ?? null;
  }
}
