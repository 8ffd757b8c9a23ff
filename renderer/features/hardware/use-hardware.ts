import { useMemo } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { EnergyDays } from '../../../shared/energy-days.ts';
import type { CostAnswer } from '../../../shared/cost-report.ts';
import type { GpuDevices } from '../../../shared/gpu-devices.ts';
import type { GpuHistory, IdlePowers } from '../../../shared/gpu-history.ts';
import { useApiData } from '../../state/api.tsx';
import { useRange, useRangeEnd } from '../../state/range.ts';
import type { ChosenRange, TimeRange } from '../../state/range.ts';
import { bucketOf, daysOf } from './ranges.ts';

const IDLE_MS = 15_000;
const DAYS_MS = 60_000;

export interface ShownRange {
  readonly chosen: ChosenRange;
  readonly range: TimeRange;
  /** The width of a reading's bucket, milliseconds. */
  readonly bucketMs: number;
  readonly setRange: (text: string) => void;
}

/** The range in the address, in whole buckets so that a question repeats until the next one. */
export function useShownRange(): ShownRange {
  const [chosen, setRange] = useRange('24h');
  const { from, to } = chosen.at(useRangeEnd(chosen));
  const bucketMs = bucketOf({ from, to });
  const first = Math.floor(from / bucketMs) * bucketMs;
  const last = Math.ceil(to / bucketMs) * bucketMs;
  const range = useMemo(() => ({ from: first, to: last }), [first, last]);
  return { chosen, range, bucketMs, setRange };
}

/** Readings of the GPUs over a range. */
export function useGpuHistory({
  range: { from, to },
  bucketMs,
}: Pick<ShownRange, 'range' | 'bucketMs'>): UseQueryResult<GpuHistory> {
  return useApiData<GpuHistory>('/gpu/history', { from, to, bucketMs });
}

/** What the GPUs are. */
export function useDevices(): UseQueryResult<GpuDevices> {
  return useApiData<GpuDevices>('/gpu/devices', {}, { everyMs: IDLE_MS });
}

/** The idle power that was learnt. */
export function useIdlePowers(): UseQueryResult<IdlePowers> {
  return useApiData<IdlePowers>('/energy/idle', {}, { everyMs: IDLE_MS });
}

/** Energy by day, of the days of the range and at least two weeks. */
export function useEnergyDays(range: TimeRange): UseQueryResult<EnergyDays> {
  return useApiData<EnergyDays>('/energy/days', { ...daysOf(range) }, { everyMs: DAYS_MS });
}

/** What the tokens of each day would have cost in a cloud; read only where it is shown. */
export function useCloudDays(range: TimeRange, enabled: boolean): UseQueryResult<CostAnswer> {
  return useApiData<CostAnswer>(
    '/cost',
    { ...daysOf(range), by: 'day' },
    { everyMs: DAYS_MS, enabled },
  );
}
