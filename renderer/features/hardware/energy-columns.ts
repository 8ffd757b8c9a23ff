import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { UNKNOWN, formatMarked } from '../../../shared/format.ts';
import { formatCarbon, formatMoney } from '../../../shared/format-cost.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import type { DayCost } from '../../../shared/energy-days.ts';
import type { Column } from '../../ui/Table.tsx';
import type { EnergyRow } from './energy-rows.ts';

/** Columns that are shown if the user wants them. */
export const EXTRA_COLUMNS = ['cloud', 'carbon', 'wall'] as const;
export type ExtraColumn = (typeof EXTRA_COLUMNS)[number];

/** Amounts of several currencies are not added. */
function costText(costs: readonly DayCost[] | null): string {
  if (costs === null || costs.length === 0) return UNKNOWN;
  return costs.map(({ cost, currency }) => formatMoney(cost, currency)).join(' + ');
}

function firstCost(costs: readonly DayCost[] | null): number | null {
  return costs?.length === 1 ? (costs[0]?.cost ?? null) : null;
}

type JouleKey = 'attributedJoules' | 'idleJoules' | 'phantomJoules' | 'otherJoules' | 'wallJoules';
type Text = ReturnType<typeof useTranslations<'hardware.energy'>>;

/** Days with where their energy went, what it cost, and the extra columns that are wanted. */
export function useEnergyColumns(extra: readonly ExtraColumn[]): readonly Column<EnergyRow>[] {
  const text = useTranslations('hardware.energy');
  const wanted = extra.join(' ');
  return useMemo(() => {
    const has = (column: ExtraColumn): boolean => wanted.split(' ').includes(column);
    return [
      {
        ...{ key: 'day', head: text('day'), narrow: 'lead' },
        text: ({ day }) => day ?? text('all'),
        cell: ({ day }) => day ?? text('all'),
      },
      joules('attributed', text('attributed'), 'attributedJoules'),
      joules('idle', text('idle'), 'idleJoules'),
      joules('phantom', text('phantom'), 'phantomJoules'),
      joules('other', text('other'), 'otherJoules'),
      ...(has('wall') ? [joules('wall', text('wall'), 'wallJoules')] : []),
      ...moneyColumns(text),
      ...(has('cloud') ? [cloudColumn(text)] : []),
      ...(has('carbon') ? [carbonColumn(text)] : []),
    ];
  }, [text, wanted]);
}

function joules(key: string, head: string, name: JouleKey): Column<EnergyRow> {
  return {
    ...{ key, head, unit: 'Wh', width: '92px', numeric: true, narrow: 'keep' },
    ...(key === 'phantom' ? { width: '120px', narrow: 'drop' } : {}),
    ...(key === 'wall' ? { narrow: 'drop' } : {}),
    value: (row) => row[name],
    cell: (row) => formatWattHours(row[name]),
  };
}

function moneyColumns(text: Text): readonly Column<EnergyRow>[] {
  return [
    {
      ...{ key: 'tariff', head: text('tariff'), unit: text('perKwh'), width: '92px' },
      ...{ numeric: true, narrow: 'drop' },
      value: ({ prices }) => (prices.length === 1 ? (prices[0]?.meanPricePerKwh ?? null) : null),
      cell: ({ prices }) =>
        prices.length === 0
          ? UNKNOWN
          : prices
              .map(({ meanPricePerKwh, currency }) => formatMoney(meanPricePerKwh, currency))
              .join(' + '),
    },
    {
      ...{ key: 'idleCost', head: text('idleCost'), width: '92px', numeric: true, narrow: 'drop' },
      value: ({ idleCost }) => firstCost(idleCost),
      cell: ({ idleCost }) => costText(idleCost),
    },
    {
      ...{ key: 'cost', head: text('cost'), width: '92px', numeric: true, narrow: 'keep' },
      value: ({ cost }) => firstCost(cost),
      cell: ({ cost }) => costText(cost),
    },
  ];
}

function cloudColumn(text: Text): Column<EnergyRow> {
  return {
    ...{ key: 'cloud', head: text('cloud'), width: '92px', numeric: true, narrow: 'drop' },
    value: ({ cloudUsd }) => cloudUsd,
    cell: ({ cloudUsd }) => formatMarked(formatMoney(cloudUsd, 'USD'), 'estimated'),
  };
}

function carbonColumn(text: Text): Column<EnergyRow> {
  return {
    ...{ key: 'carbon', head: text('carbon'), width: '84px', numeric: true, narrow: 'drop' },
    value: ({ co2Grams }) => co2Grams,
    cell: ({ co2Grams }) => formatCarbon(co2Grams),
  };
}
