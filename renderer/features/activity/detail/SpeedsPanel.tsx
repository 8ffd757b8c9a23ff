import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityDetail } from '../../../../shared/activity.ts';
import { formatMarked, formatRate } from '../../../../shared/format.ts';
import { Panel } from '../../../ui/Panel.tsx';
import css from './Detail.module.css';
import { Figures } from './Figures.tsx';

/** The speeds beside what is usual for the model. */
export function SpeedsPanel({ row }: { readonly row: ActivityDetail }): JSX.Element {
  const text = useTranslations('activity.detail');
  const { rates, usual } = row;
  const note = (rate: number | null): string | undefined =>
    rate === null ? undefined : text('usual', { rate: formatRate(rate) });
  return (
    <Panel title={text('speeds')}>
      <Figures
        figures={[
          {
            label: text('promptSpeed'),
            value: formatMarked(formatRate(rates.promptTokensPerSecond), rates.provenance.prompt),
            note: note(usual.promptTokensPerSecond),
          },
          {
            label: text('outputSpeed'),
            value: formatMarked(formatRate(rates.outputTokensPerSecond), rates.provenance.output),
            note: note(usual.outputTokensPerSecond),
          },
        ]}
      />
      <p className={css.quiet}>
        {usual.outputTokensPerSecond === null
          ? text('noUsual')
          : text('usualFrom', { count: usual.exchanges })}
      </p>
    </Panel>
  );
}
