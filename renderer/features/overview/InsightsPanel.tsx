import type { JSX } from 'react';
import { formatMoment } from '../../../shared/format.ts';
import { formatEvidence, formatInsightFigure } from '../../../shared/insights.ts';
import type { Dismissal, Insight } from '../../../shared/insights.ts';
import { useAction } from '../../state/action.ts';
import { useNow } from '../../state/clock.ts';
import { useBridge, useSlice } from '../../state/context.tsx';
import { Button } from '../../ui/Button.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './InsightsPanel.module.css';

const SHOWN = 4;

/** What models and the machine waste, and what to do. Not shown before anything was checked. */
export function InsightsPanel(): JSX.Element | null {
  const { current, passed, notes } = useSlice('insights');
  const { shown, toggle } = useExpandable(current, SHOWN);
  if (current.length === 0 && passed.length === 0 && notes.length === 0) return null;
  return (
    <Panel title="Insights">
      {current.length > 0 && (
        <ul className={css.list}>
          {shown.map((insight) => (
            <li key={`${insight.kind}/${insight.subject}`}>
              <Entry insight={insight} />
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

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function Entry({ insight }: { readonly insight: Insight }): JSX.Element {
  const { title, figure, evidence, advice, saving, firstSeenAt } = insight;
  const now = useNow(false);
  return (
    <details className={css.entry}>
      <summary className={css.summary}>
        <span className={css.title}>{title}</span>
        <span className={css.figure}>{formatInsightFigure(figure)}</span>
      </summary>
      <dl className={css.evidence}>
        {evidence.map((each) => (
          <div key={each.label}>
            <dt>{each.label}</dt>
            <dd>{formatEvidence(each)}</dd>
          </div>
        ))}
        {saving !== null && (
          <div>
            <dt>Could be saved</dt>
            <dd>{formatInsightFigure(saving)}</dd>
          </div>
        )}
        <div>
          <dt>First seen</dt>
          <dd>{formatMoment(firstSeenAt, now)}</dd>
        </div>
      </dl>
      {advice !== null && <p className={css.advice}>{advice}</p>}
      <p className={css.actions}>
        <Dismiss insight={insight} until="hour" text="Hide for an hour" />
        <Dismiss insight={insight} until="good" text="Hide for good" />
      </p>
    </details>
  );
}

function Dismiss({
  insight: { kind, subject },
  until,
  text,
}: {
  readonly insight: Insight;
  readonly until: Dismissal;
  readonly text: string;
}): JSX.Element {
  const bridge = useBridge();
  const { state, run } = useAction(() => bridge.call('dismissInsight', { kind, subject, until }));
  return (
    <Button plain onClick={run} disabled={state === 'busy'}>
      {state === 'failed' ? 'That failed. Try again' : text}
    </Button>
  );
}
