import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityDetail } from '../../../../shared/activity.ts';
import type { UsedPrice } from '../../../../shared/cost-report.ts';
import { formatMarked, formatPercent } from '../../../../shared/format.ts';
import { formatJoules } from '../../../../shared/format-energy.ts';
import { formatCarbon, formatMoney } from '../../../../shared/format-cost.ts';
import { Panel } from '../../../ui/Panel.tsx';
import css from './Detail.module.css';
import { Figures } from './Figures.tsx';
import type { Figure } from './Figures.tsx';

type Text = ReturnType<typeof useTranslations<'activity.detail'>>;

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
          {parts.hasOtherWork === null && ` ${text('otherWorkUnknown')}`}
        </p>
      )}
    </Panel>
  );
}

/** Each amount has the price beside it from which it follows. */
function useCosts({ cost }: ActivityDetail): Figure[] {
  const text = useTranslations('activity.detail');
  const { electricity, cloud, co2Grams, gramsPerKwh } = cost;
  const marked = (said: string): string => formatMarked(said, 'estimated');
  const figures: Figure[] = [];
  if (electricity !== null) {
    const { currency, pricePerKwh, isMean } = electricity;
    const value = marked(formatMoney(electricity.cost, currency));
    const price = formatMoney(pricePerKwh, currency);
    figures.push({
      ...{ label: text('cost'), value },
      note: text(isMean ? 'costFromMean' : 'costFrom', { price }),
    });
  }
  if (co2Grams !== null) {
    const note = text('carbonFrom', { amount: formatCarbon(gramsPerKwh) });
    figures.push({ label: text('carbon'), value: marked(formatCarbon(co2Grams)), note });
  }
  if (cloud !== null) {
    const value = formatMoney(cloud.costUsd, 'USD');
    figures.push({ label: text('cloud'), value, note: cloudNote(cloud.prices, text) });
  }
  return figures;
}

function cloudNote([price]: readonly UsedPrice[], text: Text): string | undefined {
  if (price === undefined) return undefined;
  const { comparedWith, source } = price;
  const amounts = {
    input: formatMoney(price.input, 'USD'),
    output: formatMoney(price.output, 'USD'),
  };
  return comparedWith === null
    ? text('cloudFromSettings', amounts)
    : text('cloudFrom', { model: comparedWith, source, ...amounts });
}
