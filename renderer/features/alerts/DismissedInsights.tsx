import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatMoment } from '../../../shared/format.ts';
import type {
  DismissedInsight,
  DismissedInsights as Dismissed,
} from '../../../shared/insight-history.ts';
import { CURRENT_KINDS } from '../../../shared/insights.ts';
import { useAction } from '../../state/action.ts';
import { useApiData } from '../../state/api.tsx';
import { useNow } from '../../state/clock.ts';
import { Button } from '../../ui/Button.tsx';
import { useDismiss } from '../insights/use-dismiss.ts';
import css from './Alerts.module.css';

/** Some may have been dismissed for an hour, so they come back by themselves. */
const EVERY_MS = 60_000;

/** The insights that were hidden, each with a button that shows it again. Nothing if there are none. */
export function DismissedInsights(): JSX.Element | null {
  const text = useTranslations('alerts.insights');
  const { data } = useApiData<Dismissed>('/insights/dismissed', {}, { everyMs: EVERY_MS });
  if (data === undefined || data.dismissed.length === 0) return null;
  return (
    <details className={css.folded}>
      <summary>{text('dismissed', { count: data.dismissed.length })}</summary>
      <ul>
        {data.dismissed.map((each) => (
          <Entry key={`${each.kind}/${each.subject}`} entry={each} />
        ))}
      </ul>
    </details>
  );
}

function Entry({ entry }: { readonly entry: DismissedInsight }): JSX.Element {
  const text = useTranslations('alerts.insights');
  const kindName = useTranslations('alerts.kind');
  const dismiss = useDismiss();
  const now = useNow(false);
  const { kind, subject, until } = entry;
  const { state, problem, run } = useAction(() => dismiss(entry, 'none'));
  const known = CURRENT_KINDS.find((each) => each === kind) ?? 'other';
  return (
    <li className={css.dismissed}>
      <span className={css.message}>
        {kindName(known)}, {subject},{' '}
        {until === null ? text('forGood') : text('untilTime', { time: formatMoment(until, now) })}
      </span>
      <Button plain onClick={run} disabled={state === 'busy'}>
        {text('showAgain')}
      </Button>
      {problem !== null && (
        <p className={css.failing} role="alert">
          {problem}
        </p>
      )}
    </li>
  );
}
