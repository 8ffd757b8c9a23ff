import { useQueryClient } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatMoment, formatUptime } from '../../../shared/format.ts';
import { formatEvidence, formatInsightFigure } from '../../../shared/insights.ts';
import type { Dismissal, Insight, InsightAction } from '../../../shared/insights.ts';
import { useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { useNow } from '../../state/clock.ts';
import { useBridge } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import { useNotify } from '../../ui/notices.tsx';
import css from './Alerts.module.css';

/** One insight. It opens to the figures behind it and a button that does something about it. */
export function InsightEntry({ insight }: { readonly insight: Insight }): JSX.Element {
  const text = useTranslations('alerts.insights');
  const { title, figure, evidence, advice, saving, action, firstSeenAt } = insight;
  const now = useNow(true);
  return (
    <details className={css.insight}>
      <summary className={css.summary}>
        <span className={css.message}>{title}</span>
        <span className={css.figure}>
          {formatInsightFigure(figure)}
          <span className={css.age}>{text('age', { time: formatUptime(now - firstSeenAt) })}</span>
        </span>
      </summary>
      <dl className={css.evidence}>
        {evidence.map((each) => (
          <Fact key={each.label} name={each.label} value={formatEvidence(each)} />
        ))}
        {saving !== null && <Fact name={text('saving')} value={formatInsightFigure(saving)} />}
        <Fact name={text('found')} value={formatMoment(firstSeenAt, now)} />
      </dl>
      {advice !== null && <p className={css.advice}>{advice}</p>}
      <div className={css.actions}>
        {action !== null && <Act action={action} />}
        <Dismiss insight={insight} until="hour" />
        <Dismiss insight={insight} until="good" />
      </div>
    </details>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Act({ action }: { readonly action: InsightAction }): JSX.Element {
  const text = useTranslations('alerts.insights');
  const api = useApi();
  const bridge = useBridge();
  const notify = useNotify();
  const { state, problem, run } = useAction(async () => {
    if (action.kind === 'copy_text') {
      await bridge.call('copyText', action.text);
      notify(text('copied', { text: action.text }));
      return;
    }
    const { model, upstream } = action;
    const query = `upstream=${encodeURIComponent(upstream)}`;
    await api.send('POST', `/ollama/models/${encodeURIComponent(model)}/unload?${query}`);
    notify(text('unloaded', { model }));
  });
  return (
    <>
      <Button onClick={run} disabled={state === 'busy'}>
        {action.kind === 'copy_text'
          ? text('copy', { text: action.text })
          : text('unload', { model: action.model })}
      </Button>
      {problem !== null && (
        <p className={css.failing} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

function Dismiss({
  insight: { kind, subject, title },
  until,
}: {
  readonly insight: Insight;
  readonly until: Exclude<Dismissal, 'none'>;
}): JSX.Element {
  const text = useTranslations('alerts.insights');
  const dismiss = useDismiss();
  const notify = useNotify();
  const { state, problem, run } = useAction(async () => {
    await dismiss({ kind, subject }, until);
    notify(text('hidden', { title }), () => void dismiss({ kind, subject }, 'none'));
  });
  return (
    <>
      <Button plain onClick={run} disabled={state === 'busy'}>
        {text(until)}
      </Button>
      {problem !== null && (
        <p className={css.failing} role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

/** The function that hides an insight or shows it again. */
export function useDismiss(): (
  insight: Pick<Insight, 'kind' | 'subject'>,
  until: Dismissal,
) => Promise<void> {
  const bridge = useBridge();
  const client = useQueryClient();
  return async ({ kind, subject }, until) => {
    await bridge.call('dismissInsight', { kind, subject, until });
    await client.invalidateQueries({ queryKey: ['/insights/dismissed'] });
  };
}
