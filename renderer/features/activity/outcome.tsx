import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityRecord, ErrorKind } from '../../../shared/usage.ts';
import { Badge } from '../../ui/Badge.tsx';

type Ended = Pick<ActivityRecord, 'error' | 'status'>;

/** How an exchange ended, in one or two words. */
export function useOutcomeText(): (row: Ended) => string {
  const text = useTranslations('activity.outcome');
  return ({ error, status }) =>
    error === null ? text('ok') : text(error, { status: status ?? '' }).trim();
}

/** The same as a sentence; null if it succeeded. */
export function useOutcomeSentence(): (row: Ended) => string | null {
  const text = useTranslations('activity.outcomeLong');
  return ({ error, status }) => (error === null ? null : text(error, { status: status ?? '–' }));
}

/** Ends that are no fault. */
const OWN: readonly ErrorKind[] = ['client_aborted', 'cancelled_by_user', 'redirected'];

/** A word for success, a mark and a word for anything else. */
export function Outcome({ row }: { readonly row: Ended }): JSX.Element {
  const short = useOutcomeText()(row);
  const long = useOutcomeSentence()(row);
  if (row.error === null) return <>{short}</>;
  const isOwn = OWN.includes(row.error);
  return (
    <span title={long ?? undefined}>
      <Badge tone={isOwn ? 'neutral' : 'bad'}>{short}</Badge>
    </span>
  );
}
