import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import {
  formatBytes,
  formatCount,
  formatFigure,
  formatMarked,
  formatPower,
} from '../../../shared/format.ts';
import type { Column } from '../../ui/Table.tsx';

/** What Tokwatt uses, as one row. Unknown is null. */
export interface UseRow {
  readonly key: string;
  readonly name: string;
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
  readonly estimatedPowerW: number | null;
  readonly minutes: number | null;
}

/** Processor time as a share of one core, percent. */
export function percentOfCore(cores: number | null): number | null {
  return cores === null ? null : cores * 100;
}

export function useFootprintColumns(): readonly Column<UseRow>[] {
  const text = useTranslations('hardware.footprint');
  return useMemo(() => {
    const column = (
      key: 'cpu' | 'memory' | 'power' | 'minutes',
      value: (row: UseRow) => number | null,
      format: (value: number | null) => string,
    ): Column<UseRow> => ({
      ...{ key, head: text(key), width: '84px', numeric: true, narrow: 'keep', value },
      ...(key === 'cpu' ? { unit: text('ofCore') } : {}),
      cell: (row) => format(value(row)),
    });
    return [
      { ...{ key: 'name', head: text('what'), narrow: 'lead' }, cell: ({ name }) => name },
      column('cpu', ({ cpuCores }) => percentOfCore(cpuCores), formatFigure),
      column('memory', ({ memoryBytes }) => memoryBytes, formatBytes),
      column(
        'power',
        ({ estimatedPowerW }) => estimatedPowerW,
        (watts) => formatMarked(formatPower(watts), 'estimated'),
      ),
      column('minutes', ({ minutes }) => minutes, formatCount),
    ];
  }, [text]);
}
