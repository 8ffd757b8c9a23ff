import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatMoment, formatUptime } from '../../../shared/format.ts';
import { formatEvidence, formatInsightFigure } from '../../../shared/insights.ts';
import type { Dismissal, Insight, InsightAction } from '../../../shared/insights.ts';
import { useAction } from '../../state/action.ts';
import { useNow } from '../../state/clock.ts';
import { useBridge } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import { useNotify } from '../../ui/notices.tsx';
import css from './InsightsPanel.module.css';
import { useUnload } from './use-unload.ts';

/** A row with title, figure and age, which opens to the evidence and to what can be done. */
export function InsightEntry({ insight }: { readonly insight: Insight }): JSX.Element {
  const text = useTranslations('overview.insights');
  const { title, figure, advice, action, firstSeenAt } = insight;
  const now = useNow(false);
  return (
    <details className={css.entry}>
      <summary className={css.summary}>
        <span className={css.title}>{title}</span>
        <span className={css.figure}>{formatInsightFigure(figure)}</span>
        <span className={css.age} title={text('firstSeen')}>
          {text('age', { time: formatUptime(now - firstSeenAt) })}
        </span>
      </summary>
      <Evidence insight={insight} now={now} />
      {advice !== null && <p className={css.advice}>{advice}</p>}
      <p className={css.actions}>
        {action !== null && <Act action={action} />}
        <Dismiss insight={insight} until="hour" label={text('hideHour')} />
        <Dismiss insight={insight} until="good" label={text('hideForGood')} />
      </p>
    </details>
  );
}

function Evidence({
  insight: { evidence, saving, firstSeenAt },
  now,
}: {
  readonly insight: Insight;
  readonly now: number;
}): JSX.Element {
  const text = useTranslations('overview.insights');
  return (
    <dl className={css.evidence}>
      {evidence.map((each) => (
        <div key={each.label}>
          <dt>{each.label}</dt>
          <dd>{formatEvidence(each)}</dd>
        </div>
      ))}
      {saving !== null && (
        <div>
          <dt>{text('saving')}</dt>
          <dd>{formatInsightFigure(saving)}</dd>
        </div>
      )}
      <div>
        <dt>{text('firstSeen')}</dt>
        <dd>{formatMoment(firstSeenAt, now)}</dd>
      </div>
    </dl>
  );
}

/** Does what the advice says. */
function Act({ action }: { readonly action: InsightAction }): JSX.Element {
  const text = useTranslations('overview.insights');
  const unload = useUnload();
  const bridge = useBridge();
  const notify = useNotify();
  const copy = async (copied: string): Promise<void> => {
    try {
      await bridge.call('copyText', copied);
      notify(text('copied', { text: copied }));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      notify(text('copyFailed', { message }));
    }
  };
  const { state, run } = useAction(() =>
    action.kind === 'unload_model' ? unload(action.upstream, action.model) : copy(action.text),
  );
  return (
    <Button onClick={run} disabled={state === 'busy'}>
      {action.kind === 'unload_model'
        ? text('unload', { model: action.model })
        : text('copy', { text: action.text })}
    </Button>
  );
}

function Dismiss({
  insight: { kind, subject },
  until,
  label,
}: {
  readonly insight: Insight;
  readonly until: Dismissal;
  readonly label: string;
}): JSX.Element {
  const text = useTranslations('overview');
  const bridge = useBridge();
  const { state, run } = useAction(() => bridge.call('dismissInsight', { kind, subject, until }));
  return (
    <Button plain onClick={run} disabled={state === 'busy'}>
      {state === 'failed' ? text('failed') : label}
    </Button>
  );
}
