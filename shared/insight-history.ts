/** Insights of the past about models and the machine. Times are Unix milliseconds. */
import type { Insight } from './insights.ts';

/** An insight, for the time in which it was found. */
export interface PastInsight extends Pick<
  Insight,
  'kind' | 'scope' | 'subject' | 'title' | 'titleSentence' | 'figure'
> {
  /** When it was first found. `title` and `figure` are those at its worst. */
  readonly from: number;
  /** When it was no longer found; null while it is, and if it still was when Tokwatt ended. */
  readonly to: number | null;
  readonly isOngoing: boolean;
  /** The last moment at which it was certainly found. */
  readonly lastSeenAt: number;
}

/** An insight that the user does not want to see. */
export interface DismissedInsight extends Pick<Insight, 'kind' | 'subject'> {
  /** When it is shown again; null if it is dismissed for good. */
  readonly until: number | null;
}

export interface DismissedInsights {
  /** The last that was dismissed first. */
  readonly dismissed: readonly DismissedInsight[];
}

export interface InsightHistory {
  /** The last that was found first. */
  readonly insights: readonly PastInsight[];
  /** For the next page; null at the end. */
  readonly nextCursor: string | null;
}
