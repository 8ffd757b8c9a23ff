import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatEstimated } from '../../../../shared/format.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { Panel } from '../../../ui/Panel.tsx';
import css from './Detail.module.css';
import { draftedText } from '../columns.tsx';
import { Figures } from './Figures.tsx';

/** The counts of tokens, where each is from, and why a reported one was not accepted. */
export function TokensPanel({ row }: { readonly row: ActivityRecord }): JSX.Element {
  const text = useTranslations('activity.detail');
  const { usage, estimateErrors } = row;
  const { provenance } = usage;
  const counts = [
    ['input', usage.inputTokens, provenance.input, estimateErrors.input],
    ['cached', usage.cachedInputTokens, provenance.cachedInput, null],
    ['output', usage.outputTokens, provenance.output, estimateErrors.output],
    ['reasoning', usage.reasoningTokens, provenance.reasoning, null],
  ] as const;
  return (
    <Panel title={text('tokens')}>
      <Figures
        figures={[
          ...counts.map(([name, value, source, error]) => ({
            label: text(name),
            value: formatEstimated(value, source, error),
            note: text(source ?? 'unknown'),
          })),
          ...(row.draftedTokens === null
            ? []
            : [{ label: text('drafted'), value: draftedText(row), note: text('reported') }]),
        ]}
      />
      {row.refusals.map((reason) => (
        <p key={reason} className={css.quiet}>
          {text('refused', { reason })}
        </p>
      ))}
    </Panel>
  );
}
