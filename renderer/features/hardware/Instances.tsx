import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { UNKNOWN, formatBytes } from '../../../shared/format.ts';
import type { GpuInstance, GpuReading } from '../../../shared/gpu.ts';
import css from './hardware.module.css';

/** The instances of a divided GPU with their memory. No driver tells their power. */
export function Instances({ reading }: { readonly reading: GpuReading }): JSX.Element | null {
  const text = useTranslations('hardware');
  const instances = reading.details?.instances ?? [];
  if (instances.length === 0) return null;
  const memoryOf = ({ memoryUsedBytes, memoryTotalBytes }: GpuInstance): string => {
    if (memoryTotalBytes === null) return text('figures.notReported');
    const [used, total] = [formatBytes(memoryUsedBytes), formatBytes(memoryTotalBytes)];
    return used === UNKNOWN ? total : text('figures.of', { used, total });
  };
  return (
    <div className={css.part}>
      <h3>{text('instances.title')}</h3>
      <dl className={css.figures}>
        {instances.map((instance, i) => (
          <div key={instance.id ?? i} data-instance={instance.id ?? ''}>
            <dt title={instance.name ?? undefined}>
              {/* Drivers name an instance with the GPU's name first. */}
              {instance.name?.replace(`${reading.name} `, '') ??
                text('instances.number', { number: i + 1 })}
            </dt>
            <dd>{memoryOf(instance)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
