import type { Names, Split } from '../../../shared/alert-figure-kinds.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Moment } from './clock.ts';

/** The subject of a rule: a name, or null for everything together. */
export type Subject = string | null;

/** Most subjects of one rule. */
export const MAX_SUBJECTS = 200;

/** Reads a rule's figure for each of its subjects. */
export interface FigureReader {
  observe(record: ActivityRecord, at: Moment): void;
  read(at: Moment): ReadonlyMap<Subject, number | null>;
  /** The value of a subject that `read` does not return: null is unknown. */
  readonly absent: 0 | null;
}

/** True if the names match a rule's filter. */
export function isMeant(names: Names, where: AlertRule['where']): boolean {
  return Object.entries(where).every(([split, name]) => names[split as Split] === name);
}
