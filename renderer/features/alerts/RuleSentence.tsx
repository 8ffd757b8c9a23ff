import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Split } from '../../../shared/alert-figure-kinds.ts';
import { FIGURES, FIGURE_NAMES, figureOf } from '../../../shared/alert-figures.ts';
import type { FigureName } from '../../../shared/alert-figures.ts';
import { SEVERITIES } from '../../../shared/alerts.ts';
import { formatSpan } from '../../../shared/format.ts';
import { sentence } from '../../../shared/sentences.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { Select } from '../../ui/Select.tsx';
import { WordNumber } from '../../ui/WordNumber.tsx';
import { WordText } from '../../ui/WordText.tsx';
import css from './RuleRow.module.css';
import {
  fromWritten,
  scopeOf,
  scopesOf,
  toWritten,
  withFigure,
  withScope,
  writtenUnit,
} from './rule-draft.ts';
import type { RuleDraft, Scope } from './rule-draft.ts';
import { useNames } from './use-names.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DURATIONS = [0, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR];
const WINDOWS = [MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 24 * HOUR];

interface WordProps {
  readonly draft: RuleDraft;
  readonly onChange: (draft: RuleDraft) => void;
  /** The field that the core refused, such as `threshold`; null if none. */
  readonly refused: string | null;
}

/** A rule as a sentence. Each word that can differ is a field. */
export function RuleSentence(props: WordProps): JSX.Element {
  const text = useTranslations('alerts.sentence');
  const { kind, unit, splits } = figureOf(props.draft.figure);
  const form = unit === 'yes_no' ? 'yesNo' : kind === 'window' ? 'window' : 'state';
  const words = {
    isSplit: String(splits.length > 0),
    figure: () => <FigureWord {...props} />,
    percentile: () => <PercentileWord {...props} />,
    scope: () => <ScopeWords {...props} />,
    window: () => <SpanWord {...props} field="windowMs" />,
    op: () => <OpWord {...props} />,
    threshold: () => <ThresholdWord {...props} />,
    duration: () => <SpanWord {...props} field="forMs" />,
    severity: () => <SeverityWord {...props} />,
  };
  return (
    <p className={css.sentence}>
      {text.rich(form, words)} <Filters draft={props.draft} />
    </p>
  );
}

function useFigureOptions(): { value: FigureName; label: string }[] {
  const say = useSay();
  return FIGURE_NAMES.map((name) => ({
    value: name,
    label: say(sentence(`figure_${name}`), FIGURES[name].title),
  }));
}

function FigureWord({ draft, onChange }: WordProps): JSX.Element {
  const options = useFigureOptions();
  const text = useTranslations('alerts.word');
  return (
    <Select
      look="word"
      label={text('figure')}
      options={options}
      value={draft.figure}
      onChange={(figure) => onChange(withFigure(draft, figure))}
    />
  );
}

function PercentileWord({ draft: { percentile } }: WordProps): JSX.Element | null {
  const text = useTranslations('alerts.sentence');
  return percentile === null ? null : <> {text('percentile', { percentile })}</>;
}

function ScopeWords({ draft, onChange, refused }: WordProps): JSX.Element {
  const text = useTranslations('alerts.word');
  const splitName = useTranslations('alerts.split');
  const names = useNames();
  const scope = scopeOf(draft);
  const one = scope.startsWith('only:') ? (scope.slice(5) as Split) : null;
  const label = (each: Scope): string => {
    if (each === 'all') return text('all');
    const split = splitName(each.slice(5) as Split);
    return each.startsWith('each:') ? text('each', { split }) : text('only', { split });
  };
  return (
    <>
      <Select
        look="word"
        label={text('scope')}
        options={scopesOf(draft).map((value) => ({ value, label: label(value) }))}
        value={scope}
        onChange={(next) => onChange(withScope(draft, next, (split) => names[split][0] ?? ''))}
      />
      {one !== null && (
        <>
          {' '}
          <WordText
            label={text('which', { split: splitName(one) })}
            value={draft.where[one] ?? ''}
            suggestions={names[one]}
            isInvalid={refused === 'where'}
            onChange={(name) => onChange({ ...draft, where: { [one]: name.trim() } })}
          />
        </>
      )}
    </>
  );
}

function OpWord({ draft, onChange }: WordProps): JSX.Element {
  const text = useTranslations('alerts.word');
  const isYesNo = figureOf(draft.figure).unit === 'yes_no';
  return (
    <Select
      look="word"
      label={text('op')}
      options={[
        { value: 'above', label: text(isYesNo ? 'isSo' : 'above') },
        { value: 'below', label: text(isYesNo ? 'isNotSo' : 'below') },
      ]}
      value={draft.op}
      onChange={(op) => onChange({ ...draft, op, clear: null })}
    />
  );
}

function ThresholdWord({ draft, onChange, refused }: WordProps): JSX.Element {
  const text = useTranslations('alerts');
  const { unit } = figureOf(draft.figure);
  return (
    <WordNumber
      label={text('word.threshold')}
      value={toWritten(unit, draft.threshold)}
      unit={writtenUnit(unit, (named) => text(`unit.${named}`))}
      isInvalid={refused === 'threshold'}
      onChange={(value) => onChange({ ...draft, threshold: fromWritten(unit, value) })}
    />
  );
}

function SpanWord({
  draft,
  onChange,
  field,
}: WordProps & { readonly field: 'forMs' | 'windowMs' }): JSX.Element {
  const text = useTranslations('alerts.word');
  const value = draft[field] ?? 0;
  const isWindow = field === 'windowMs';
  const usual = isWindow ? WINDOWS : DURATIONS;
  const all = usual.includes(value) ? usual : [...usual, value].sort((a, b) => a - b);
  const label = (ms: number): string => {
    if (isWindow) return formatSpan(ms);
    return ms === 0 ? text('atOnce') : text('forTime', { time: formatSpan(ms) });
  };
  return (
    <Select
      look="word"
      label={text(isWindow ? 'window' : 'duration')}
      options={all.map((ms) => ({ value: String(ms), label: label(ms) }))}
      value={String(value)}
      onChange={(ms) => onChange({ ...draft, [field]: Number(ms) })}
    />
  );
}

function SeverityWord({ draft, onChange }: WordProps): JSX.Element {
  const text = useTranslations('alerts.word');
  return (
    <Select
      look="word"
      label={text('severity')}
      options={SEVERITIES.map((value) => ({ value, label: text(value) }))}
      value={draft.severity}
      onChange={(severity) => onChange({ ...draft, severity })}
    />
  );
}

/** Filters that the sentence has no word for. They are changed among the exact values. */
function Filters({ draft }: { readonly draft: RuleDraft }): JSX.Element | null {
  const text = useTranslations('alerts.sentence');
  const splitName = useTranslations('alerts.split');
  const entries = Object.entries(draft.where) as [Split, string][];
  if (entries.length === 0 || scopeOf(draft).startsWith('only:')) return null;
  const filters = entries.map(([split, name]) => text('filter', { split: splitName(split), name }));
  return <>{text('filters', { filters: filters.join(', ') })}</>;
}
