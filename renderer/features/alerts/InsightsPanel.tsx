import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSay } from '../../i18n/use-sentences.ts';
import { useSlice } from '../../state/context.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { InsightEntry } from '../insights/InsightEntry.tsx';
import css from './Alerts.module.css';
import { DismissedInsights } from './DismissedInsights.tsx';

/** What models and the machine waste now, what to do about it, and what was checked. */
export function InsightsPanel(): JSX.Element {
  const text = useTranslations('alerts.insights');
  const say = useSay();
  const { current, checks, notes, noteSentences } = useSlice('insights');
  const passed = checks.filter(({ result }) => result === 'passed');
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
      {notes.map((note, at) => (
        <Note footnote key={note}>
          {say(noteSentences[at], note)}
        </Note>
      ))}
      {passed.length > 0 && (
        <Note footnote>
          {text('passed', {
            list: passed.map(({ label, labelSentence }) => say(labelSentence, label)).join(', '),
          })}
        </Note>
      )}
      <NotChecked />
      <DismissedInsights />
    </Panel>
  );
}

function NotChecked(): JSX.Element | null {
  const text = useTranslations('alerts.insights');
  const say = useSay();
  const { checks } = useSlice('insights');
  const unknown = checks.filter(({ result }) => result === 'unknown');
  if (unknown.length === 0) return null;
  return (
    <details className={css.folded}>
      <summary>{text('notChecked', { count: unknown.length })}</summary>
      <ul>
        {unknown.map(({ kind, label, labelSentence, reason, reasonSentence }) => (
          <li key={kind}>
            {say(labelSentence, label)}: {say(reasonSentence, reason ?? '')}
          </li>
        ))}
      </ul>
    </details>
  );
}
