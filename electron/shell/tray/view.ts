import type { Locale } from '../../../shared/messages/messages.ts';
import type { Problem } from '../../../shared/problems.ts';
import type { State } from '../../../shared/snapshot.ts';

/** What the tray is made from. */
export interface TrayView {
  readonly state: State;
  readonly problems: readonly Problem[];
  /** Unix milliseconds. */
  readonly now: number;
  readonly locale: Locale;
}
