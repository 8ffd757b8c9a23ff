import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatFigure } from '../../../shared/alert-figure-kinds.ts';
import type { Unit } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertPreview, PreviewedAlert } from '../../../shared/alert-history.ts';
import { formatClockMinute, localDate, localMinute } from '../../../shared/format.ts';
import { SpanStrip } from '../../charts/simple/SpanStrip.tsx';
import { useSay } from '../../i18n/use-sentences.ts';
import { isCancelled } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { useExpandable } from '../../ui/expandable.tsx';
import css from './RuleRow.module.css';
import { inputOf } from './rule-draft.ts';
import type { RuleDraft } from './rule-draft.ts';
import { useRuleReason } from './use-rules.ts';

/** How long a rule must stay as it is before the past is asked about it, milliseconds. */
const SETTLED_MS = 500;
const SHOWN = 4;

/** When a rule would have fired in the last week. Asked again after each edit. */
export function RulePreview({ draft }: { readonly draft: RuleDraft }): JSX.Element {
  const text = useTranslations('alerts.preview');
  const api = useApi();
  const reason = useRuleReason();
  // Neither its name nor whether it is on changes the answer.
  const rule = useSettled(
    JSON.stringify(inputOf({ ...draft, name: 'preview', enabled: true, severity: 'info' })),
  );
  const result = useQuery({
    queryKey: ['/alerts/preview', rule],
    queryFn: () =>
      api.send<AlertPreview>('POST', '/alerts/preview', { rule: JSON.parse(rule) as unknown }),
    placeholderData: keepPreviousData,
    retry: false,
  });
  if (result.error !== null && !isCancelled(result.error) && result.data === undefined) {
    return <p className={css.note}>{reason(result.error).replace(/^rule\./, '')}</p>;
  }
  return (
    <div className={css.preview}>
      <Loaded result={result}>
        {(preview) => (
          <Answer preview={preview} draft={draft} label={text('label', { name: draft.name })} />
        )}
      </Loaded>
    </div>
  );
}

function Answer({
  preview,
  draft,
  label,
}: {
  readonly preview: AlertPreview;
  readonly draft: RuleDraft;
  readonly label: string;
}): JSX.Element {
  const text = useTranslations('alerts.preview');
  const say = useSay();
  const { isKnown, noteSentence, count, alerts, from, to } = preview;
  const note = preview.note === null ? null : say(noteSentence, preview.note);
  if (!isKnown) {
    return (
      <p className={css.note}>
        {text('unknown')} {note}
      </p>
    );
  }
  return (
    <>
      <SpanStrip spans={alerts} range={{ from, to }} label={label} />
      <p className={css.count}>
        {text('count', { count })}
        {count > alerts.length && ` ${text('first', { count: alerts.length })}`}
      </p>
      {note !== null && <p className={css.note}>{note}</p>}
      <Times alerts={alerts} unit={figureOf(draft.figure).unit} />
    </>
  );
}

function Times({
  alerts,
  unit,
}: {
  readonly alerts: readonly PreviewedAlert[];
  readonly unit: Unit;
}): JSX.Element | null {
  const text = useTranslations('alerts.preview');
  // The last ones are those that one remembers.
  const { shown, toggle } = useExpandable([...alerts].reverse(), SHOWN);
  if (alerts.length === 0) return null;
  return (
    <>
      <ul className={css.times}>
        {shown.map(({ subject, from, to, peakValue }) => (
          <li key={`${subject ?? ''} ${from}`} className={css.time}>
            <span className={css.timeSpan}>
              {to === null
                ? text('span', { from: localMinute(from), to: text('still') })
                : text('span', { from: localMinute(from), to: endOf(from, to) })}
            </span>
            <span className={css.subject}>{subject ?? text('always')}</span>
            {unit !== 'yes_no' && (
              <span className={css.peak}>
                {text('peak', { value: formatFigure(unit, peakValue) })}
              </span>
            )}
          </li>
        ))}
      </ul>
      {toggle}
    </>
  );
}

/** The end of a span: its day too if that differs. */
function endOf(from: number, to: number): string {
  return localDate(from) === localDate(to) ? formatClockMinute(to) : localMinute(to);
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
