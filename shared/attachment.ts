import type { Sentence } from './sentences.ts';

/** Why a desktop does not reach the core that it shows. */
export interface LostCore {
  /**
   * `ended`: it runs no more. `silent`: it does not answer, as while it starts or stops. `refused`: it
   * runs, and this desktop cannot show it.
   */
  readonly kind: 'ended' | 'silent' | 'refused';
  /** Since when, Unix milliseconds. */
  readonly at: number;
  /** What is wrong and what to do. */
  readonly reason: Sentence;
}

/** The headless Tokwatt whose window and tray a desktop is, because both use the same data folder. */
export interface Attachment {
  readonly version: string;
  /** When it was started, Unix milliseconds. */
  readonly since: number;
  /** Null while it is reached. */
  readonly lost: LostCore | null;
}

/** True if the core that a desktop shows is not reached. All figures are those of before then. */
export function isLost(attachment: Attachment | null): boolean {
  return attachment !== null && attachment.lost !== null;
}
