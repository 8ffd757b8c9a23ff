import type { Budget } from '../../../shared/budget-settings.ts';
import { localDate } from '../../../shared/format.ts';
import { meansModel } from '../../../shared/model-names.ts';
import type { Tally } from '../../../shared/tally.ts';
import type { Ledger } from '../records/ledger/ledger.ts';
import { EMPTY_PERIOD } from '../records/totals/period.ts';
import { heldDay } from '../records/totals/stats.ts';
import type { Stats } from '../records/totals/stats.ts';
import { JOULES_PER_KWH } from './cost-sum.ts';
import type { Span } from './local-calendar.ts';

type Sums = Pick<Tally, 'requests' | 'inputTokens' | 'outputTokens' | 'energyJoules'>;
/** What is counted without prices. */
type Counted = Budget & { readonly measure: 'tokens' | 'energy' };

export function isCounted(budget: Budget): budget is Counted {
  return budget.measure !== 'money';
}

/** What was used today, from the totals, which contain every finished exchange. */
export function usedToday(budget: Counted, stats: Stats, now: number): number | null {
  const day = heldDay(stats, localDate(now)) ?? EMPTY_PERIOD;
  const { scope, subject } = budget;
  if (scope === 'all') return amountOf(budget, [day.all]);
  const lines = day.by[scope].filter(({ name }) =>
    scope === 'model' ? meansLine(stats, subject ?? '', name) : name === subject,
  );
  return amountOf(budget, lines);
}

/** What was used on the days of the period before today, from the daily sums. */
export async function usedBefore(
  budget: Counted,
  ledger: Pick<Ledger, 'rollups'>,
  { from }: Span,
  now: number,
): Promise<number | null> {
  const today = localDate(now);
  if (localDate(from) === today) return 0;
  const { scope, subject } = budget;
  const dimension = scope === 'client' ? 'application' : scope;
  const filter = dimension === 'all' ? {} : { [dimension]: subject };
  const days = await ledger.rollups({ fromDay: localDate(from), ...filter });
  return amountOf(
    budget,
    days.filter(({ day }) => day < today),
  );
}

/** Null if there were requests, and the energy of none of them is known. */
function amountOf({ measure }: Counted, sums: readonly Sums[]): number | null {
  if (measure === 'tokens') {
    return sums.reduce((sum, each) => sum + each.inputTokens + each.outputTokens, 0);
  }
  const known = sums.flatMap(({ energyJoules }) => energyJoules ?? []);
  if (known.length === 0 && sums.some(({ requests }) => requests > 0)) return null;
  return known.reduce((sum, joules) => sum + joules, 0) / JOULES_PER_KWH;
}

/** Lines by model do not say whose they are, but `series` do. */
function meansLine({ series, ollamaUpstreams }: Stats, wanted: string, line: string): boolean {
  const isOllama = series.some(
    ({ model, upstream }) => model === line && ollamaUpstreams.includes(upstream),
  );
  return meansModel(wanted, line, isOllama);
}
