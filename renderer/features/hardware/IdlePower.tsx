import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { DayCost, DeviceEnergySums, EnergyDays } from '../../../shared/energy-days.ts';
import { UNKNOWN, formatPower } from '../../../shared/format.ts';
import { formatMoney } from '../../../shared/format-cost.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { Figures } from './Figures.tsx';
import css from './hardware.module.css';
import { useIdlePowers } from './use-hardware.ts';

export interface IdlePowerProps {
  /** Null if the device has no name in the energy. */
  readonly energyDevice: string | null;
  readonly days: EnergyDays | null;
}

/** What a GPU draws while nothing runs, and what a model that waits costs. */
export function IdlePower({ energyDevice, days }: IdlePowerProps): JSX.Element {
  const text = useTranslations('hardware.idle');
  const result = useIdlePowers();
  const sums = days?.totals.find(({ device }) => device === energyDevice) ?? null;
  return (
    <div className={css.part}>
      <h3>{text('title')}</h3>
      <Loaded result={result}>
        {({ devices }) => {
          const power = devices.find(({ device }) => device === energyDevice);
          const watts = (key: 'empty' | 'loaded' | 'phantom', raw: number | null = null) => ({
            ...{ key, raw, label: text(key) },
            value: raw === null ? text('notLearnt') : formatPower(raw),
          });
          return (
            <Figures
              figures={[
                watts('empty', power?.emptyWatts),
                watts('loaded', power?.loadedWatts),
                watts('phantom', power?.phantomWatts),
              ]}
            />
          );
        }}
      </Loaded>
      {sums !== null && days !== null && <Sums {...{ sums, days }} />}
    </div>
  );
}

function Sums({
  sums: { idleJoules, idleCost, phantomJoules, phantomCost },
  days: { from, to },
}: {
  readonly sums: DeviceEnergySums;
  readonly days: EnergyDays;
}): JSX.Element {
  const text = useTranslations('hardware.idle');
  const costs = (all: readonly DayCost[] | null): string =>
    (all ?? []).map(({ cost, currency }) => ` · ${formatMoney(cost, currency)}`).join('');
  const sum = (joules: number | null, cost: readonly DayCost[] | null): string =>
    joules === null ? UNKNOWN : `${formatWattHours(joules)} Wh${costs(cost)}`;
  return (
    <p className={css.soft}>
      {text('sums', {
        ...{ from, to: to - 1 },
        idle: sum(idleJoules, idleCost),
        phantom: sum(phantomJoules, phantomCost),
      })}
    </p>
  );
}
