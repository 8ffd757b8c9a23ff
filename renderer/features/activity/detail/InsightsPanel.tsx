import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatEvidence } from '../../../../shared/insights.ts';
import type { Insight } from '../../../../shared/insights.ts';
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
  if (insights.length === 0) return null;
  return (
    <Panel title={text('insights')}>
      {insights.map((insight) => (
        <div key={insight.kind} className={css.insight}>
          <p className={css.insightTitle}>{insight.title}</p>
          {insight.advice !== null && <p className={css.quiet}>{insight.advice}</p>}
          <Figures
            figures={insight.evidence.map((each) => ({
              label: each.label,
              value: formatEvidence(each),
            }))}
          />
        </div>
      ))}
    </Panel>
  );
}
