import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { EnergyDays } from '../../../shared/energy-days.ts';
import type { GpuDevice } from '../../../shared/gpu-devices.ts';
import type { GpuPoint } from '../../../shared/gpu-history.ts';
import type { GpuReading, GpuStatus } from '../../../shared/gpu.ts';
import type { TimeRange } from '../../charts/group/group-store.ts';
import { Button } from '../../ui/Button.tsx';
import { markdownTable } from '../../ui/markdown.ts';
import { Panel } from '../../ui/Panel.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { DeviceCharts } from './DeviceCharts.tsx';
import { Figures } from './Figures.tsx';
import { figuresOf, useFigureWords } from './device-figures.ts';
import css from './hardware.module.css';
import { IdlePower } from './IdlePower.tsx';
import { Instances } from './Instances.tsx';
import { Processes } from './Processes.tsx';
import { Throttling } from './Throttling.tsx';

export interface DeviceSectionProps {
  readonly reading: GpuReading;
  readonly status: GpuStatus;
  /** Null until it is known. */
  readonly device: GpuDevice | null;
  /** Of all GPUs. */
  readonly points: readonly GpuPoint[];
  readonly range: TimeRange;
  readonly bucketMs: number;
  /** Null until they are known. */
  readonly days: EnergyDays | null;
  /** There are several GPUs. */
  readonly isNumbered: boolean;
}

/** One GPU: what it is, its figures now, its charts, its processes and its idle power. */
export function DeviceSection(props: DeviceSectionProps): JSX.Element {
  const { reading, status, device, range, bucketMs, days, isNumbered } = props;
  const { index } = reading;
  const points = useOwnPoints(props);
  const name = isNumbered ? `${index}: ${reading.name}` : reading.name;
  const figures = figuresOf(reading, useFigureWords());
  const energyDevice = device?.energyDevice ?? reading.id;
  return (
    <Panel title={name} aside={<Identity {...{ reading, device, figures }} />}>
      <div className={css.device} data-device={index} data-stale={status === 'lost' || undefined}>
        <div>
          <Figures figures={figures} />
          <Instances reading={reading} />
          <Throttling reading={reading} />
        </div>
        <DeviceCharts
          {...{ name, isNumbered, points, range, bucketMs }}
          hasLoad={status !== 'static'}
        />
        <Processes {...{ name, reading, device }} />
        <IdlePower {...{ energyDevice, days }} />
      </div>
    </Panel>
  );
}

/** The readings change each second, and the charts only with these. */
function useOwnPoints({ points, reading }: DeviceSectionProps): readonly GpuPoint[] {
  const key = reading.id ?? String(reading.index);
  return useMemo(
    () => points.filter(({ id, index }) => (id ?? String(index)) === key),
    [points, key],
  );
}

function Identity({
  reading,
  device,
  figures,
}: Pick<DeviceSectionProps, 'reading' | 'device'> & {
  readonly figures: ReturnType<typeof figuresOf>;
}): JSX.Element {
  const text = useTranslations('hardware');
  const copyText = useCopy();
  const { name, vendor } = reading;
  const parts = [
    text(`vendors.${vendor}`),
    device?.pciAddress === null ? null : device?.pciAddress,
    device?.driver === null ? null : device && text('driver', { driver: device.driver }),
    device === null || device.sources.length === 0
      ? null
      : text('source', { sources: device.sources.join(', ') }),
  ].filter((part) => part !== null && part !== undefined);
  const copy = (): void => {
    const rows = figures.map(({ label, value }) => [label, value]);
    const heads = [
      { title: name, numeric: false },
      { title: text('now'), numeric: true },
    ];
    copyText(`${markdownTable(heads, rows)}\n\n${parts.join(' · ')}\n`);
  };
  return (
    <span className={css.identity}>
      <span>{parts.join(' · ')}</span>
      <Button plain onClick={copy}>
        {text('copyFigures')}
      </Button>
    </span>
  );
}
