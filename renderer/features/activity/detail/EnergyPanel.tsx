import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityDetail } from '../../../../shared/activity.ts';
import { formatMarked, formatPercent } from '../../../../shared/format.ts';
import { formatJoules } from '../../../../shared/format-energy.ts';
import { formatCarbon, formatMoney } from '../../../../shared/format-cost.ts';
import { Panel } from '../../../ui/Panel.tsx';
import css from './Detail.module.css';
import { Figures } from './Figures.tsx';
import type { Figure } from './Figures.tsx';

/** The energy of the exchange with its parts, and what it cost. */
export function EnergyPanel({ row }: { readonly row: ActivityDetail }): JSX.Element {
  const text = useTranslations('activity.detail');
  const { energyJoules, energyParts: parts } = row;
  const joules = (value: number | null): string => formatMarked(formatJoules(value), 'estimated');
  const figures: Figure[] = [];
  if (energyJoules !== null) {
    figures.push({ label: text('energyWhole'), value: joules(energyJoules) });
  }
  if (parts !== null) {
    figures.push({ label: text('energyNet'), value: joules(parts.netJoules) });
    figures.push({ label: text('energyPrefill'), value: joules(parts.prefillJoules) });
    figures.push({ label: text('energyDecode'), value: joules(parts.decodeJoules) });
  }
  figures.push(...useCosts(row));
  return (
    <Panel title={text('energy')}>
      {energyJoules === null && <p className={css.quiet}>{text('noEnergy')}</p>}
      <Figures figures={figures} />
      {parts !== null && (
        <p className={css.quiet}>
          {text('energyShare', { share: formatPercent(parts.measuredShare * 100) })}
          {parts.hasOtherWork === true && ` ${text('otherWork')}`}
        </p>
      )}
    </Panel>
  );
}

function useCosts({ cost }: ActivityDetail): Figure[] {
  const text = useTranslations('activity.detail');
  const { electricity, cloud, co2Grams } = cost;
  const marked = (said: string): string => formatMarked(said, 'estimated');
  const figures: Figure[] = [];
  if (electricity !== null) {
    const value = marked(formatMoney(electricity.cost, electricity.currency));
    figures.push({ label: text('cost'), value });
  }
  if (co2Grams !== null) {
    figures.push({ label: text('carbon'), value: marked(formatCarbon(co2Grams)) });
  }
  if (cloud !== null) {
    figures.push({ label: text('cloud'), value: formatMoney(cloud.costUsd, 'USD') });
  }
  return figures;
}
