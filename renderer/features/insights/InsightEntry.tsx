import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatMoment, formatUptime } from '../../../shared/format.ts';
import { evidenceWords, useSay } from '../../i18n/use-sentences.ts';
import { formatInsightFigure } from '../../../shared/insights.ts';
import type { Dismissal, Insight, InsightAction } from '../../../shared/insights.ts';
import { useAction } from '../../state/action.ts';
import { useTick } from '../../state/clock.ts';
import { Button } from '../../ui/Button.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { useDismiss } from './use-dismiss.ts';
import { useUnload } from '../models/use-unload.ts';
import css from './InsightEntry.module.css';

const MINUTE_MS = 60_000;

/** One insight: a row with title, figure and age. It opens to the figures behind it and a button that does something about it. */
export function InsightEntry({ insight }: { readonly insight: Insight }): JSX.Element {
  const text = useTranslations('alerts.insights');
  const say = useSay();
  const { figure, evidence, advice, saving, action, firstSeenAt } = insight;
  const now = useTick(true, (at) => Math.ceil(at / MINUTE_MS) * MINUTE_MS);
  return (
    <details>
      <summary className={css.summary}>
        <span className={css.title}>{say(insight.titleSentence, insight.title)}</span>
        <span className={css.figure}>{formatInsightFigure(figure)}</span>
        <span className={css.age} title={text('found')}>
          {text('age', { time: formatUptime(now - firstSeenAt) })}
        </span>
      </summary>
      <dl className={css.evidence}>
        {evidence.map((each) => {
          const { label, value } = evidenceWords(each, say);
          return <Fact key={each.label} name={label} value={value} />;
        })}
        {saving !== null && <Fact name={text('saving')} value={formatInsightFigure(saving)} />}
        <Fact name={text('found')} value={formatMoment(firstSeenAt, now)} />
      </dl>
      {advice !== null && <p className={css.advice}>{say(insight.adviceSentence, advice)}</p>}
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

/** Does what the advice says, and tells how that ended. */
function Act({ action }: { readonly action: InsightAction }): JSX.Element {
  const text = useTranslations('alerts.insights');
  const unload = useUnload();
  const copy = useCopy();
  const { state, run } = useAction(async () => {
    if (action.kind === 'copy_text') copy(action.text, text('copied', { text: action.text }));
    else await unload(action.upstream, action.model);
  });
  return (
    <Button onClick={run} disabled={state === 'busy'}>
      {action.kind === 'copy_text'
        ? text('copy', { text: action.text })
        : text('unload', { model: action.model })}
    </Button>
  );
}

function Dismiss({
  insight: { kind, subject, title, titleSentence },
  until,
}: {
  readonly insight: Insight;
  readonly until: Exclude<Dismissal, 'none'>;
}): JSX.Element {
  const text = useTranslations('alerts.insights');
  const say = useSay();
  const dismiss = useDismiss();
  const notify = useNotify();
  const { state, problem, run } = useAction(async () => {
    await dismiss({ kind, subject }, until);
    notify(
      text('hidden', { title: say(titleSentence, title) }),
      () => void dismiss({ kind, subject }, 'none'),
    );
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
