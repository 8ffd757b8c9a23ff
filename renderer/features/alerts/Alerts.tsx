import type { JSX } from 'react';
import css from './Alerts.module.css';
import { HistoryPanel } from './HistoryPanel.tsx';
import { InsightsPanel } from './InsightsPanel.tsx';
import { NowPanel } from './NowPanel.tsx';
import { RulesPanel } from './RulesPanel.tsx';

/** What needs attention now, what is watched, what could be better, and what was. */
export function Alerts(): JSX.Element {
  return (
    <div className={css.page}>
      <div className={css.watched}>
        <NowPanel />
        <RulesPanel />
      </div>
      <div className={css.found}>
        <InsightsPanel />
      </div>
      <div className={css.past}>
        <HistoryPanel />
      </div>
    </div>
  );
}
