import type { PublicRecord } from '../../../shared/public-record.ts';
import type { State } from '../../../shared/snapshot.ts';

/** Requests after which the first one is old news. */
const MANY = 20;

/**
 * The first finished request, as long as it is worth a word: when this window saw the time before it,
 * or when it is the only one so far. Null for none.
 */
export function firstRequest(
  { totals, recent }: Pick<State, 'totals' | 'recent'>,
  sawNone: boolean,
): PublicRecord | null {
  const { requests } = totals.ever.all;
  const isFresh = sawNone ? requests <= MANY : requests === 1;
  return isFresh ? (recent.at(-1) ?? null) : null;
}
