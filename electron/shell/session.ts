import type { Core, CoreOptions, Ready } from '../core/core-contract.ts';
import type { ClosableLog } from '../core/log.ts';
import type { Flags } from '../core/startup/flags.ts';

export interface SessionOptions extends Pick<CoreOptions, 'version' | 'startHelper'> {
  readonly flags: Flags;
  readonly dataDir: string;
  readonly ownProcesses: NonNullable<CoreOptions['ownProcesses']>;
}

/** What the desktop shows: a core of its own, or a headless one that runs on the same data folder. */
export interface Session {
  readonly core: Core;
  readonly log: ClosableLog;
  /** Starts the core, or connects to the one that runs. */
  start(): Promise<Ready>;
  /**
   * Starts a core of its own in the place of a headless one that has ended. Throws a TokwattError if
   * that is not possible.
   */
  startHere(): Promise<void>;
  /** Makes a Tokwatt that starts from now on wait until this one has ended. */
  announceEnd(): void;
  /** Frees the data folder. Call it last. */
  close(): void;
}
