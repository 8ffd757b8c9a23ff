import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { figureOf } from '../../../shared/alert-figures.ts';
import { WordNumber } from '../../ui/WordNumber.tsx';
import { WordText } from '../../ui/WordText.tsx';
import css from './RuleRow.module.css';
import { fromWritten, scopeOf, toWritten, withFilter, writtenUnit } from './rule-draft.ts';
import type { RuleDraft } from './rule-draft.ts';
import { useNames } from './use-names.ts';

interface DetailsProps {
  readonly draft: RuleDraft;
  readonly onChange: (draft: RuleDraft) => void;
  readonly refused: string | null;
}

/** What a rule can say that its sentence leaves out, and its times to the second. */
export function RuleDetails(props: DetailsProps): JSX.Element {
  const { draft } = props;
  const text = useTranslations('alerts.details');
  const figure = figureOf(draft.figure);
  return (
    <div className={css.details} role="group" aria-label={text('label', { name: draft.name })}>
      {figure.unit !== 'yes_no' && <Clear {...props} />}
      <Seconds {...props} field="forMs" label={text('for')} />
      <Seconds {...props} field="keepFiringMs" label={text('keepFiring')} />
      {figure.kind === 'window' && (
        <>
          <Seconds {...props} field="windowMs" label={text('window')} />
          {figure.percentile !== null && (
            <Whole {...props} field="percentile" label={text('percentile')} />
          )}
          {figure.fold !== 'per_minute' && (
            <Whole
              {...props}
              field="minRequests"
              label={text('minRequests')}
              hint={text('minRequestsHint')}
            />
          )}
        </>
      )}
      <Filters {...props} />
    </div>
  );
}

function Row({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div className={css.detail}>
      <span className={css.detailName} aria-hidden="true">
        {label}
      </span>
      <span>{children}</span>
      {hint !== undefined && <span className={css.hint}>{hint}</span>}
    </div>
  );
}

function Clear({ draft, onChange, refused }: DetailsProps): JSX.Element {
  const text = useTranslations('alerts');
  const { unit } = figureOf(draft.figure);
  const label = text('details.clear');
  return (
    <Row label={label} hint={text('details.clearHint')}>
      <WordNumber
        label={label}
        value={toWritten(unit, draft.clear)}
        unit={writtenUnit(unit, (named) => text(`unit.${named}`))}
        isInvalid={refused === 'clear'}
        onChange={(value) => onChange({ ...draft, clear: fromWritten(unit, value) })}
      />
    </Row>
  );
}

function Seconds({
  draft,
  onChange,
  refused,
  field,
  label,
}: DetailsProps & {
  readonly field: 'forMs' | 'keepFiringMs' | 'windowMs';
  readonly label: string;
}): JSX.Element {
  const text = useTranslations('alerts.unit');
  return (
    <Row label={label}>
      <WordNumber
        label={label}
        value={(draft[field] ?? 0) / 1_000}
        unit={text('seconds')}
        isInvalid={refused === field}
        onChange={(value) => onChange({ ...draft, [field]: Math.round((value ?? 0) * 1_000) })}
      />
    </Row>
  );
}

function Whole({
  draft,
  onChange,
  refused,
  field,
  label,
  hint,
}: DetailsProps & {
  readonly field: 'percentile' | 'minRequests';
  readonly label: string;
  readonly hint?: string;
}): JSX.Element {
  return (
    <Row label={label} hint={hint}>
      <WordNumber
        label={label}
        value={draft[field]}
        isInvalid={refused === field}
        onChange={(value) =>
          onChange({ ...draft, [field]: value ?? (field === 'minRequests' ? 1 : null) })
        }
      />
    </Row>
  );
}

function Filters({ draft, onChange, refused }: DetailsProps): JSX.Element | null {
  const text = useTranslations('alerts.details');
  const splitName = useTranslations('alerts.split');
  const names = useNames();
  const { splits } = figureOf(draft.figure);
  // The sentence itself has a field for the one name.
  if (scopeOf(draft).startsWith('only:')) return null;
  return (
    <>
      {splits.map((split) => {
        const label = text('only', { split: splitName(split) });
        return (
          <Row key={split} label={label} hint={text('onlyHint')}>
            <WordText
              label={label}
              value={draft.where[split] ?? ''}
              suggestions={names[split]}
              isInvalid={refused === 'where'}
              onChange={(name) => onChange(withFilter(draft, split, name))}
            />
          </Row>
        );
      })}
    </>
  );
}
