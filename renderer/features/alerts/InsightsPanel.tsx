import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSlice } from '../../state/context.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './Alerts.module.css';
import { DismissedInsights } from './DismissedInsights.tsx';
import { InsightEntry } from './InsightEntry.tsx';

/** What models and the machine waste now, what to do about it, and what was checked. */
export function InsightsPanel(): JSX.Element {
  const text = useTranslations('alerts.insights');
  const { current, passed, checks, notes } = useSlice('insights');
  return (
    <Panel title={text('title')}>
      {current.length === 0 ? (
        <Note>{text(checks.length === 0 ? 'notYet' : 'none')}</Note>
      ) : (
        <ul className={css.insights} aria-label={text('list')}>
          {current.map((insight) => (
            <li key={`${insight.kind}/${insight.subject}`}>
              <InsightEntry insight={insight} />
            </li>
          ))}
        </ul>
      )}
      {notes.map((note) => (
        <Note footnote key={note}>
          {note}
        </Note>
      ))}
      {passed.length > 0 && <Note footnote>{text('passed', { list: passed.join(', ') })}</Note>}
      <NotChecked />
      <DismissedInsights />
    </Panel>
  );
}

function NotChecked(): JSX.Element | null {
  const text = useTranslations('alerts.insights');
  const { checks } = useSlice('insights');
  const unknown = checks.filter(({ result }) => result === 'unknown');
  if (unknown.length === 0) return null;
  return (
    <details className={css.folded}>
      <summary>{text('notChecked', { count: unknown.length })}</summary>
      <ul>
        {unknown.map(({ kind, label, reason }) => (
          <li key={kind}>
            {label}: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
