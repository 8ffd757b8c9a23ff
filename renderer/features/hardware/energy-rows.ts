/** The rows of energy by day. */
import type { CostAnswer } from '../../../shared/cost-report.ts';
import type { DeviceEnergySums, EnergyDay, EnergyDays } from '../../../shared/energy-days.ts';
import type { ChartSeries } from '../../charts/time/types.ts';

const JOULES_PER_WATT_HOUR = 3_600;
/** All GPUs together, and a meter in the wall socket. */
const ALL = 'all';
const WALL = 'wall';

/** One day, or all of them. */
export interface EnergyRow extends DeviceEnergySums {
  /** Null for all days. */
  readonly day: string | null;
  readonly wallJoules: number | null;
  /** What the tokens of all requests would have cost in a cloud. */
  readonly cloudUsd: number | null;
}

export interface EnergyRows {
  /** The newest first. */
  readonly rows: readonly EnergyRow[];
  readonly sum: EnergyRow | null;
}

/** The rows of a device, or of all GPUs together. `cloud` is null where it is not shown. */
export function energyRows(
  { days, together, totals }: EnergyDays,
  device: string | null,
  cloud: CostAnswer | null,
): EnergyRows {
  const own = device === null ? together : days.filter((each) => each.device === device);
  const wall = new Map(
    days.filter((each) => each.device === WALL).map(({ day, otherJoules }) => [day, otherJoules]),
  );
  const cloudOf = new Map(cloud?.rows.map((row) => [row.name, row.cloud?.costUsd ?? null]));
  const rows = own.map((day): EnergyRow => ({
    ...day,
    wallJoules: wall.get(day.day) ?? null,
    cloudUsd: cloudOf.get(day.day) ?? null,
  }));
  const total = totals.find((each) => each.device === (device ?? ALL));
  const atWall = totals.find((each) => each.device === WALL);
  const sum =
    total === undefined
      ? null
      : {
          ...{ ...total, day: null, wallJoules: atWall?.otherJoules ?? null },
          cloudUsd: cloud?.total.cloud?.costUsd ?? null,
        };
  return { rows: rows.reverse(), sum };
}

/** The first moment of a local day such as `2026-11-21`. */
export function startOfDay(day: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getTime();
}

/** Where the energy of each day went, as stacked bars in watt-hours. */
export function energySeries(
  rows: readonly EnergyRow[],
  words: Readonly<Record<'attributed' | 'idle' | 'other', string>>,
): { readonly times: readonly number[]; readonly series: readonly ChartSeries[] } {
  const days = rows.filter((row): row is EnergyRow & EnergyDay => row.day !== null).reverse();
  const bars = (
    key: 'attributed' | 'idle' | 'other',
    color: string,
    joules: (row: EnergyRow) => number,
  ): ChartSeries => ({
    ...{ key, kind: 'bars', color, label: words[key] },
    values: days.map((row) => joules(row) / JOULES_PER_WATT_HOUR),
  });
  return {
    times: days.map(({ day }) => startOfDay(day)),
    series: [
      bars('attributed', 'var(--output)', (row) => row.attributedJoules),
      bars('idle', 'var(--series-2)', (row) => row.idleJoules),
      bars('other', 'var(--series-others)', (row) => row.otherJoules),
    ],
  };
}
