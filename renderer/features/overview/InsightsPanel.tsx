import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSlice } from '../../state/context.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { sentence } from './describe.ts';
import { InsightEntry } from './InsightEntry.tsx';
import css from './InsightsPanel.module.css';

const SHOWN = 4;

/** What models and the machine waste, and what to do. Not shown before anything was checked. */
export function InsightsPanel(): JSX.Element | null {
  const text = useTranslations('overview.insights');
  const { current, passed, notes } = useSlice('insights');
  const { shown, toggle } = useExpandable(current, SHOWN);
  if (current.length === 0 && passed.length === 0 && notes.length === 0) return null;
  return (
    <Panel title={text('title')}>
      {current.length > 0 && (
        <ul className={css.list}>
          {shown.map((insight) => (
            <li key={`${insight.kind}/${insight.subject}`}>
              <InsightEntry insight={insight} />
            </li>
          ))}
        </ul>
      )}
      {toggle}
      {passed.length > 0 && <Note footnote>{sentence(passed.join(', '))}</Note>}
      {notes.map((note) => (
        <Note footnote key={note}>
          {note}
        </Note>
      ))}
    </Panel>
  );
}
