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
      {gpu.details?.isVirtual === true && <p className={css.label}>{text('gpu.virtual')}</p>}
      <Instances gpu={gpu} />
    </>
  );
}

/** The parts of a divided GPU with their memory. No driver tells their power. */
function Instances({ gpu }: { readonly gpu: GpuReading }): JSX.Element | null {
  const text = useTranslations('overview');
  const instances = gpu.details?.instances ?? [];
  if (instances.length === 0) return null;
  return (
    <dl className={css.machine}>
      {instances.map((instance, i) => {
        const memory = memoryOf(instance, text);
        return (
          <div key={instance.id ?? i} className={css.instance}>
            <dt className={css.label} title={instance.name ?? undefined}>
              {/* Drivers name an instance with the GPU's name first. */}
              {instance.name?.replace(`${gpu.name} `, '') ??
                text('gpu.instance', { number: i + 1 })}
            </dt>
            <dd>{memory === UNKNOWN ? text('gpu.notReported') : memory}</dd>
          </div>
        );
      })}
    </dl>
  );
}

function memoryOf(
  { memoryUsedBytes, memoryTotalBytes }: Pick<GpuReading, 'memoryUsedBytes' | 'memoryTotalBytes'>,
  text: OverviewText,
): string {
  const total = formatBytes(memoryTotalBytes);
  if (memoryUsedBytes === null) return total;
  return text('gpu.of', { used: withoutUnit(formatBytes(memoryUsedBytes), total), total });
}

function powerOf({ isAsleep, powerW, powerLimitW }: GpuReading, text: OverviewText): string {
  if (isAsleep === true) return text('gpu.asleep');
  if (powerW === null || powerLimitW === null) return formatPower(powerW);
  const total = formatPower(powerLimitW);
  return text('gpu.of', { used: withoutUnit(formatPower(powerW), total), total });
}

/** Two figures of one unit name it once: "21.4 of 24.0 GiB". */
function withoutUnit(used: string, total: string): string {
  const unit = total.slice(total.lastIndexOf(' '));
  return used.endsWith(unit) ? used.slice(0, -unit.length) : used;
}
