/** Alerts of the past, and when a rule would have fired. Times are Unix milliseconds. */
import type { Split } from './alert-figure-kinds.ts';
import type { FigureName } from './alert-figures.ts';
import type { Severity } from './alerts.ts';
import type { Sentence } from './sentences.ts';

/** An alert that fired. */
export interface PastAlert {
  readonly rule: string;
  readonly figure: FigureName;
  readonly severity: Severity;
  /** The kind of subject; null for a rule about everything. */
  readonly by: Split | null;
  readonly subject: string | null;
  readonly op: 'above' | 'below';
  readonly threshold: number;
  /** When it fired. */
  readonly from: number;
  /** When it was resolved; null while it fires, and if it still fired when Tokwatt ended. */
  readonly to: number | null;
  readonly isOngoing: boolean;
  /** The last moment at which it certainly fired. */
  readonly lastSeenAt: number;
  /** The figure farthest beyond the threshold, in the figure's unit. */
  readonly peakValue: number | null;
  /** One line for a person, with the figure at its peak. */
  readonly message: string;
  /** Null for one stored by an older version. */
  readonly messageSentence: Sentence | null;
  /** Whether the webhook accepted the alert; null without a webhook, or while that is not known. */
  readonly delivered: boolean | null;
}

export interface AlertHistory {
  /** The last that fired first. */
  readonly alerts: readonly PastAlert[];
  /** For the next page; null at the end. */
  readonly nextCursor: string | null;
}

/** One time that a rule would have fired. */
export interface PreviewedAlert {
  readonly subject: string | null;
  readonly from: number;
  /** Null if it would still fire at the end of the range. */
  readonly to: number | null;
  /** The figure farthest beyond the threshold. */
  readonly peakValue: number | null;
}

/** When a rule would have fired in a range of the past. */
export interface AlertPreview {
  /** False if the past of the figure is not stored; `note` says why. */
  readonly isKnown: boolean;
  /** Why it is not known, or in what it is inexact: one or two sentences; null if it is exact. */
  readonly note: string | null;
  readonly noteSentence: Sentence | null;
  /** The range that was looked at. It may begin later than asked, see `note`. */
  readonly from: number;
  readonly to: number;
  /** How far apart the looks at the figure are, milliseconds; null if it is not known. */
  readonly resolutionMs: number | null;
  /** How often it would have fired, also beyond those that are listed. */
  readonly count: number;
  /** The first of them, at most 500, in their order. */
  readonly alerts: readonly PreviewedAlert[];
}
