import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { GpuReading } from '../../../shared/gpu.ts';
import { UNKNOWN, formatBytes, formatPercent, formatPower } from '../../../shared/format.ts';
import { formatTemperature } from '../../../shared/format-temperature.ts';
import css from './GpuPanel.module.css';
import type { OverviewText } from './words.ts';

/** One GPU's readings now. `color` is that of its lines in the charts; null if it is the only one. */
export function GpuFigures({
  gpu,
  isNumbered,
  color,
}: {
  readonly gpu: GpuReading;
  readonly isNumbered: boolean;
  readonly color: string | null;
}): JSX.Element {
  const text = useTranslations('overview');
  const figures = [
    [text('gpu.utilization'), formatPercent(gpu.utilizationPercent)],
    [text('gpu.memory'), memoryOf(gpu, text)],
    [text('gpu.power'), powerOf(gpu, text)],
    [text('gpu.temperature'), formatTemperature(gpu.temperatureC)],
  ] as const;
  return (
    <>
      <h3 className={css.name} title={gpu.name}>
        {color !== null && (
          <span className={css.key} style={{ background: color }} aria-hidden="true" />
        )}
        {isNumbered ? `${gpu.index}: ${gpu.name}` : gpu.name}
      </h3>
      <dl className={css.readings}>
        {figures.map(([label, value]) => (
          <div key={label} className={css.reading}>
            <dt className={css.label}>{label}</dt>
            <dd className={css.value}>{value === UNKNOWN ? text('gpu.notReported') : value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function memoryOf({ memoryUsedBytes, memoryTotalBytes }: GpuReading, text: OverviewText): string {
  const total = formatBytes(memoryTotalBytes);
  if (memoryUsedBytes === null) return total;
  return text('gpu.of', { used: formatBytes(memoryUsedBytes), total });
}

function powerOf({ isAsleep, powerW, powerLimitW }: GpuReading, text: OverviewText): string {
  if (isAsleep === true) return text('gpu.asleep');
  if (powerW === null || powerLimitW === null) return formatPower(powerW);
  return text('gpu.of', { used: formatPower(powerW), total: formatPower(powerLimitW) });
}
