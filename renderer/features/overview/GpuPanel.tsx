import type { JSX } from 'react';
import type { GpuReading, GpuState } from '../../../shared/gpu.ts';
import {
  UNKNOWN,
  formatBytes,
  formatClock,
  formatPercent,
  formatPower,
  formatTemperature,
} from '../../../shared/format.ts';
import { useSlice } from '../../state/context.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './GpuPanel.module.css';

/** The readings of each GPU, or the reason why there are none. */
export function GpuPanel(): JSX.Element {
  const gpu = useSlice('gpu');
  const note = explain(gpu);
  return (
    <Panel title="GPU" aside={gpu.status === 'live' && gpu.source}>
      {note !== null && <Note>{note}</Note>}
      <ul className={css.list} data-stale={gpu.status === 'lost' || undefined}>
        {gpu.gpus.map((reading) => (
          <Gpu key={reading.id ?? reading.index} gpu={reading} numbered={gpu.gpus.length > 1} />
        ))}
      </ul>
    </Panel>
  );
}

/** Why readings are missing; null if all arrive. */
function explain({ status, note, at }: GpuState): string | null {
  switch (status) {
    case 'live':
      return note;
    case 'starting':
      return 'Looking for a GPU…';
    case 'none':
      return note ?? 'No GPU was found.';
    case 'static':
      return note ?? 'Nothing on this machine reports the load of this GPU.';
    case 'lost':
      return `${note ?? 'Readings stopped.'} Last reading: ${formatClock(at)}.`;
  }
}

function Gpu({
  gpu,
  numbered,
}: {
  readonly gpu: GpuReading;
  readonly numbered: boolean;
}): JSX.Element {
  const { utilizationPercent, memoryUsedBytes, memoryTotalBytes } = gpu;
  const title = numbered ? `${gpu.index}: ${gpu.name}` : gpu.name;
  const memory =
    memoryUsedBytes === null
      ? formatBytes(memoryTotalBytes)
      : `${formatBytes(memoryUsedBytes)} of ${formatBytes(memoryTotalBytes)}`;
  const memoryPercent =
    memoryUsedBytes === null || memoryTotalBytes === null || memoryTotalBytes === 0
      ? null
      : (memoryUsedBytes / memoryTotalBytes) * 100;
  return (
    <li className={css.gpu}>
      <h3 className={css.name} title={gpu.name}>
        {title}
      </h3>
      <dl className={css.readings}>
        <Bar
          label="Utilisation"
          of={title}
          percent={utilizationPercent}
          text={formatPercent(utilizationPercent)}
        />
        <Bar label="Memory" of={title} percent={memoryPercent} text={memory} />
        <Reading label="Temperature" text={formatTemperature(gpu.temperatureC)} />
        <Reading label="Power" text={power(gpu)} />
      </dl>
    </li>
  );
}

function power({ isAsleep, powerW, powerLimitW }: GpuReading): string {
  if (isAsleep === true) return 'asleep';
  if (powerW === null || powerLimitW === null) return formatPower(powerW);
  return `${formatPower(powerW)} of ${formatPower(powerLimitW)}`;
}

function Bar({
  label,
  of,
  percent,
  text,
}: {
  readonly label: string;
  readonly of: string;
  readonly percent: number | null;
  readonly text: string;
}): JSX.Element {
  return (
    <div className={css.reading}>
      <dt className={css.label}>{label}</dt>
      <dd className={css.value}>{text}</dd>
      {percent !== null && (
        <dd className={css.bar}>
          <Meter label={`${label} of ${of}`} percent={percent} text={text} />
        </dd>
      )}
    </div>
  );
}

function Reading({ label, text }: { readonly label: string; readonly text: string }): JSX.Element {
  return (
    <div className={css.reading}>
      <dt className={css.label}>{label}</dt>
      <dd className={css.value}>{text === UNKNOWN ? 'not reported' : text}</dd>
    </div>
  );
}
