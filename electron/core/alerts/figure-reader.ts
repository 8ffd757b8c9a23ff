import type { Names, Split } from '../../../shared/alert-figure-kinds.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Moment } from './clock.ts';

/** The subject of a rule: a name, or null where it is about everything. */
export type Subject = string | null;

/** A rule tells at most this many subjects apart. */
export const MAX_SUBJECTS = 200;

/** Reads a rule's figure, for each of its subjects. */
export interface FigureReader {
  observe(record: ActivityRecord, at: Moment): void;
  read(at: Moment): ReadonlyMap<Subject, number | null>;
  /** What a subject has that is not in `read`'s answer: nothing is known of it, or it is zero. */
  readonly absent: 0 | null;
}

/** True if the names are those that a rule's filter asks for. */
export function isMeant(names: Names, where: AlertRule['where']): boolean {
  return Object.entries(where).every(([split, name]) => names[split as Split] === name);
}
