import { REQUEST_HEADER } from '../proxy/headers.ts';
import type { Estimate } from '../usage/estimate.ts';
import type { CaptureContent } from './capture-content.ts';
import { headerLookup } from './header-lookup.ts';
import type { ExchangeWatch } from './exchange-watch.ts';
import type { Ended } from './exchange-host.ts';
import type { Running } from './running.ts';

/** What is known at the end of an exchange beside its row. */
export interface ExchangeEnd extends Ended {
  /** Bytes of the decoded request body. */
  readonly requestBytes: number;
  /** The prompt's tokens by the size of the request, before this exchange was learnt from. */
  readonly promptEstimate: Estimate;
  /** Null if the request was not sent, or if nothing follows exchanges. */
  readonly watch: ExchangeWatch | null;
  /** The id of one of Tokwatt's own chats; null for other requests. */
  readonly requestId: string | null;
  /** Null if there is none to keep. */
  readonly capture: CaptureContent | null;
  /** False if the record's energy is not known yet. */
  readonly isComplete: boolean;
}

/** Collects what is known at the end of an exchange. Call it before the estimates learn from it. */
export function exchangeEnd({
  exchange,
  watch,
}: Running): Omit<ExchangeEnd, 'capture' | 'isComplete'> {
  const { requestBytes } = exchange.sizes;
  const promptEstimate = exchange.estimator.input(requestBytes);
  const requestId = headerLookup(exchange.head.rawHeaders)(REQUEST_HEADER) ?? null;
  return { ...exchange.ended, requestBytes, promptEstimate, watch, requestId };
}

/**
 * The capture to keep; null if there is none. It is kept only if the exchange was read completely
 * and captures are still on.
 */
export function keptCapture(
  { exchange }: Running,
  error: string | null,
  isEnabled: boolean,
): CaptureContent | null {
  return isEnabled && error !== 'metering_failed' ? (exchange.capture?.content() ?? null) : null;
}
