import type { Log } from '../log.ts';
import type { AccessRules } from './access.ts';
import type { RunningExchanges } from './cancel.ts';
import type { KeyHeader } from './key-injection.ts';
import type { Refusal } from './refusal.ts';
import type { Rewriter } from './rewriter.ts';
import type { Sockets } from './sockets.ts';
import type { ErrorBody, RequestHead, StreamError, Tap, Upstream } from './tap.ts';

export interface ProxyOptions {
  readonly upstream: Upstream;
  readonly tap: Tap;
  readonly errorBody: ErrorBody;
  /** Ends streams that the user cancels; by default they are reset. */
  readonly streamError?: StreamError;
  /** Takes the running exchanges, so that they can be cancelled. */
  readonly running?: RunningExchanges;
  readonly log: Log;
  readonly access: AccessRules;
  readonly rewriter?: Rewriter;
  /**
   * The hop header's value for one forwarded request. Null while counting is paused, so that the
   * next Tokwatt in the chain counts the request.
   */
  readonly hop: () => string | null;
  /** Returns the header with an upstream's key, for upstreams with `injectKey`. */
  readonly keyHeader?: KeyHeader;
  /** Refuses an admitted request for reasons that HTTP does not know; null lets it pass. */
  readonly stop?: (head: RequestHead) => Refusal | null;
  /** Longest time for a request's head, milliseconds; 60 seconds by default. */
  readonly headTimeoutMs?: number;
  /** PEM file of additional certificate authorities; `NODE_EXTRA_CA_CERTS` by default. */
  readonly extraCaFile?: string;
  /** Where listening sockets come from; the system by default. */
  readonly sockets?: Sockets | undefined;
}

/** A listener with one upstream. */
export interface ProxyServer {
  /**
   * Starts to listen. Port 0 means any free port. Rejects with the system's error (`EADDRINUSE`,
   * `EACCES`, `EADDRNOTAVAIL`, `ENOTFOUND`); the caller may then try again.
   */
  listen(port: number, bind: string): Promise<{ readonly port: number; readonly url: string }>;
  /** Stops accepting connections and frees the port. Running exchanges continue. May listen again. */
  unlisten(): void;
  /**
   * Stops accepting connections, gives running exchanges `graceMs` to finish, then closes them. Null
   * sets no limit; a later call may set one.
   */
  close(graceMs: number | null): Promise<void>;
  /** Sends later requests to another upstream. Running exchanges stay with the old one. */
  setUpstream(upstream: Upstream): void;
  /** Closes idle connections to the upstream, which may have forgotten them. */
  dropIdle(): void;
}
