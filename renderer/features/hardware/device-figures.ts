/** The figures of a GPU now, as text. */
import { useTranslations } from 'use-intl';
import {
  UNKNOWN,
  formatBytes,
  formatClockRate,
  formatPercent,
  formatPower,
} from '../../../shared/format.ts';
import { formatTemperature } from '../../../shared/format-temperature.ts';
import { NO_GPU_DETAILS } from '../../../shared/gpu.ts';
import type { GpuReading, PcieLink } from '../../../shared/gpu.ts';

/** A figure with its name. */
export interface NamedFigure {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  /** The unformatted figure, for tests and scripts; null if it is unknown. */
  readonly raw: number | null;
}

type FigureKey =
  | 'utilization'
  | 'memory'
  | 'power'
  | 'temperature'
  | 'fan'
  | 'clock'
  | 'memoryClock'
  | 'memoryLoad'
  | 'pcie';

export interface FigureWords {
  readonly label: (key: FigureKey) => string;
  readonly of: (used: string, total: string) => string;
  readonly pcie: (link: Pick<PcieLink, 'generation' | 'width'>) => string;
  readonly asleep: string;
  readonly notReported: string;
}

export function useFigureWords(): FigureWords {
  const text = useTranslations('hardware.figures');
  return {
    label: (key) => text(key),
    of: (used, total) => text('of', { used, total }),
    pcie: (link) => text('link', { ...link }),
    asleep: text('asleep'),
    notReported: text('notReported'),
  };
}

/** What is always shown, and of the rest what the source reports. */
export function figuresOf(gpu: GpuReading, words: FigureWords): readonly NamedFigure[] {
  const { details = NO_GPU_DETAILS, isAsleep = false } = gpu;
  const missing = isAsleep ? words.asleep : words.notReported;
  const figure = (key: FigureKey, raw: number | null, shown: string): NamedFigure => ({
    ...{ key, raw, label: words.label(key) },
    value: shown === UNKNOWN ? missing : shown,
  });
  const of = (value: string, total: string): string =>
    value === UNKNOWN || total === UNKNOWN ? value : words.of(value, total);
  const { fanPercent, clockMHz, maxClockMHz, memoryClockMHz, memoryUtilizationPercent } = details;
  const main = [
    figure('utilization', gpu.utilizationPercent, formatPercent(gpu.utilizationPercent)),
    figure(
      'memory',
      gpu.memoryUsedBytes,
      of(formatBytes(gpu.memoryUsedBytes), formatBytes(gpu.memoryTotalBytes)),
    ),
    figure('power', gpu.powerW, of(formatPower(gpu.powerW), formatPower(gpu.powerLimitW))),
    figure('temperature', gpu.temperatureC, formatTemperature(gpu.temperatureC)),
  ];
  const rest = [
    figure('fan', fanPercent, formatPercent(fanPercent)),
    figure('clock', clockMHz, of(formatClockRate(clockMHz), formatClockRate(maxClockMHz))),
    figure('memoryClock', memoryClockMHz, formatClockRate(memoryClockMHz)),
    figure('memoryLoad', memoryUtilizationPercent, formatPercent(memoryUtilizationPercent)),
    figure('pcie', details.pcie?.generation ?? null, linkText(details.pcie, words)),
  ];
  return [...main, ...rest.filter(({ raw }) => raw !== null)];
}

function linkText(link: PcieLink | null, { pcie, of }: FigureWords): string {
  if (link === null) return UNKNOWN;
  const { maxGeneration, maxWidth } = link;
  const now = pcie(link);
  return maxGeneration === null || maxWidth === null
    ? now
    : of(now, pcie({ generation: maxGeneration, width: maxWidth }));
}
