import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Insight } from '../../../../shared/insights.ts';
import { evidenceWords, useSay } from '../../../i18n/use-sentences.ts';
import { Panel } from '../../../ui/Panel.tsx';
import css from './Detail.module.css';
import { Figures } from './Figures.tsx';

/** Why it was slow, with the figures behind it and what to do. */
export function InsightsPanel({
  insights,
}: {
  readonly insights: readonly Insight[];
}): JSX.Element | null {
  const text = useTranslations('activity.detail');
  const say = useSay();
  if (insights.length === 0) return null;
  return (
    <Panel title={text('insights')}>
      {insights.map((insight) => (
        <div key={insight.kind} className={css.insight}>
          <p className={css.insightTitle}>{say(insight.titleSentence, insight.title)}</p>
          {insight.advice !== null && (
            <p className={css.quiet}>{say(insight.adviceSentence, insight.advice)}</p>
          )}
          <Figures figures={insight.evidence.map((each) => evidenceWords(each, say))} />
        </div>
      ))}
    </Panel>
  );
}
