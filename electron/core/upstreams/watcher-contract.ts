import type { LoadedModel, UpstreamState } from '../../../shared/slices.ts';
import type { Log } from '../log.ts';
import type { Upstream } from '../proxy/tap.ts';
import type { CredentialsOf } from './credentials.ts';

/** The part of an upstream's state that checks determine. */
export type UpstreamStatus = Pick<
  UpstreamState,
  'name' | 'kind' | 'label' | 'health' | 'note' | 'noteSentence'
>;

export interface UpstreamWatcherOptions {
  readonly upstreams: readonly Upstream[];
  readonly log: Log;
  /** Called with all upstreams, in their order, when one of them has changed. */
  readonly onHealth: (states: readonly UpstreamStatus[]) => void;
  /** Called with the loaded models of all upstreams when they have changed. */
  readonly onLoadedModels: (models: readonly LoadedModel[]) => void;
  /** Time between two checks of an upstream that is up, milliseconds; 5,000 by default. */
  readonly intervalMs?: number;
  /** Time limit for one answer, milliseconds; 2,000 by default. */
  readonly timeoutMs?: number;
  /** The keys for the checks; none by default. */
  readonly credentialsOf?: CredentialsOf;
}

export interface UpstreamWatcher {
  /** Resolves when every upstream was checked once. */
  start(): Promise<void>;
  stop(): void;
  /**
   * Checks an upstream soon. Several calls in quick succession cause one check. Ignores unknown
   * names.
   */
  refresh(name: string): void;
  /** Checks an upstream at once, including its kind, because its key has changed. */
  recheck(name: string): void;
  /**
   * Checks an upstream at once, because its models were loaded or unloaded. Servers may answer
   * before they are done, so a few more checks follow until the list changes. Resolves after the
   * first check.
   */
  settle(name: string): Promise<void>;
  /** A server that stays at its address keeps its state, also under another name. */
  setUpstreams(upstreams: readonly Upstream[]): void;
  states(): readonly UpstreamStatus[];
}
