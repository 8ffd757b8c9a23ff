import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { History, Interval } from '../../../shared/history.ts';
import type { JobView } from '../../../shared/jobs.ts';
import { useParams } from '../../state/address.ts';
import { useApiData } from '../../state/api.tsx';
import { useTick } from '../../state/clock.ts';
import { useRangeEnd } from '../../state/range.ts';
import { comparisonOf, comparisonQuery, historyQuery, identityOf, parseView } from './view.ts';
import type { View } from './view.ts';

const MINUTE_MS = 60_000;
const JOBS_MS = 15_000;

export interface HistoryState {
  readonly view: View;
  /** What is asked for. The answer's own range begins and ends with its steps. */
  readonly range: Interval;
  readonly result: UseQueryResult<History>;
  /** The shown answer belongs to another question than the address. */
  readonly isStale: boolean;
  /** Null without a comparison and until its answer comes. */
  readonly other: History | null;
  readonly jobs: UseQueryResult<{ readonly jobs: readonly JobView[] }>;
  readonly params: URLSearchParams;
  readonly change: (changes: Readonly<Record<string, string | null>>) => void;
}

/** Everything that the page shows, read again as time goes on. */
export function useHistory(): HistoryState {
  const [params, change] = useParams();
  const view = useMemo(() => parseView(params), [params]);
  const range = view.range.at(useRangeEnd(view.range));
  const result = useApiData<History>('/history', historyQuery(view, range));
  const isStale = useIsStale(result, identityOf(view));
  const jobs = useApiData<{ readonly jobs: readonly JobView[] }>('/jobs', {}, { everyMs: JOBS_MS });
  const other = useOther(view, isStale ? undefined : result.data, jobs.data?.jobs ?? []);
  return { view, range, result, isStale, other, jobs, params, change };
}

function useOther(
  view: View,
  shown: History | undefined,
  jobs: readonly JobView[],
): History | null {
  const now = useTick(view.compare !== null, (at) => Math.ceil(at / MINUTE_MS) * MINUTE_MS);
  const comparison = shown === undefined ? null : comparisonOf(view, shown, jobs, now);
  const query =
    comparison === null || shown === undefined ? {} : comparisonQuery(comparison, view.by, shown);
  const result = useApiData<History>('/history', query, { enabled: comparison !== null });
  const isStale = useIsStale(result, JSON.stringify([view.compare, identityOf(view)]));
  return view.compare === null || isStale ? null : (result.data ?? null);
}

/** True while the last answer stays although more than its time was changed. */
function useIsStale(result: UseQueryResult, identity: string): boolean {
  const { data, isPlaceholderData } = result;
  const [answered, setAnswered] = useState<string | null>(null);
  const isAnswered = data !== undefined && !isPlaceholderData;
  if (isAnswered && answered !== identity) setAnswered(identity);
  return !isAnswered && answered !== identity;
}
