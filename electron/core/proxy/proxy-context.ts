import type { Log } from '../log.ts';
import type { HeaderLine } from './headers.ts';
import type { Rewriter } from './rewriter.ts';
import type { RunningExchanges } from './cancel.ts';
import type { ErrorBody, Outcome, RequestHead, StreamError } from './tap.ts';

/** The values that all exchanges of one listener share. */
export interface ProxyContext {
  readonly log: Log;
  readonly errorBody: ErrorBody;
  readonly streamError: StreamError;
  /** Has every exchange from its start until its end. */
  readonly running: RunningExchanges;
  readonly rewriter: Rewriter | null;
  /** The value of the hop header for one request; see `ProxyOptions.hop`. */
  readonly hop: () => string | null;
  /** True during shutdown, when connections are no longer kept alive. */
  closing(): boolean;
  /** The outcome of an exchange whose client connection closed before its end. */
  clientGone(): Outcome;
  /** The header with the upstream's key; null if this request must not get it. */
  credential(head: RequestHead): HeaderLine | null;
}
