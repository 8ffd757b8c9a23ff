import { meansModel } from '../../../shared/model-names.ts';
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

/**
 * True if the names match a rule's filter. A model of one of the upstreams `ollama` may be filtered by any of
 * its names.
 */
export function isMeant(
  names: Names,
  where: AlertRule['where'],
  ollama: readonly string[],
): boolean {
  return (Object.entries(where) as [Split, string][]).every(([split, wanted]) => {
    const name = names[split];
    if (split !== 'model') return name === wanted;
    return meansModel(wanted, name ?? null, ollama.includes(names.upstream ?? ''));
  });
}
