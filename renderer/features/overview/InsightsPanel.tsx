import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSay } from '../../i18n/use-sentences.ts';
import { useSlice } from '../../state/context.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { InsightEntry } from '../insights/InsightEntry.tsx';
import { sentence } from './describe.ts';
import css from './Overview.module.css';

const SHOWN = 4;

/** What models and the machine waste, and what to do. Not shown before anything was checked. */
export function InsightsPanel(): JSX.Element | null {
  const text = useTranslations('overview.insights');
  const say = useSay();
  const { current, checks, notes, noteSentences } = useSlice('insights');
  const passed = checks
    .filter(({ result }) => result === 'passed')
    .map(({ label, labelSentence }) => say(labelSentence, label));
  const { shown, toggle } = useExpandable(current, SHOWN);
  if (current.length === 0 && passed.length === 0 && notes.length === 0) return null;
  return (
    <Panel title={text('title')}>
      {current.length > 0 && (
        <ul className={css.insights}>
          {shown.map((insight) => (
            <li key={`${insight.kind}/${insight.subject}`}>
              <InsightEntry insight={insight} />
            </li>
          ))}
        </ul>
      )}
      {toggle}
      {passed.length > 0 && <Note footnote>{sentence(passed.join(', '))}</Note>}
      {notes.map((note, at) => (
        <Note footnote key={note}>
          {say(noteSentences[at], note)}
        </Note>
      ))}
    </Panel>
  );
}
