import type { Split } from './alert-figure-kinds.ts';
import type { FigureName } from './alert-figures.ts';
import type { Severity } from './alerts.ts';
import type { Sentence } from './sentences.ts';

/** The state of one rule for one subject: a model, an upstream, a GPU, or everything. */
export interface AlertState {
  readonly rule: string;
  readonly figure: FigureName;
  readonly severity: Severity;
  /** The kind of subject; null for a rule about everything. */
  readonly by: Split | null;
  /** The subject's name; null for everything. */
  readonly subject: string | null;
  /** `pending`: the condition holds, but not yet for as long as the rule asks. */
  readonly status: 'pending' | 'firing' | 'resolved';
  /** When it got this status, Unix milliseconds. */
  readonly since: number;
  /** When it began to fire, Unix milliseconds; null while it is pending. */
  readonly firedAt: number | null;
  /** The figure now, or at the time it was resolved; null while unknown. */
  readonly value: number | null;
  readonly threshold: number;
  /** One line for a person. */
  readonly message: string;
  /** Null for one stored by an older version. */
  readonly messageSentence: Sentence | null;
  /** Whether the desktop shows it, according to the settings at its last change. */
  readonly notify: boolean;
}
