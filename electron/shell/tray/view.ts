import type { AppUpdateState } from '../../../shared/app-update.ts';
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
  /** What is known of updates; null if there are none. */
  readonly update: AppUpdateState | null;
}
