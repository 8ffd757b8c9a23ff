import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { GpuState } from '../../../shared/gpu.ts';
import { formatClock, formatPower } from '../../../shared/format.ts';
import { useColors } from '../../charts/colors/use-colors.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { gpuKey } from './gpu-columns.ts';
import { GpuCharts } from './GpuCharts.tsx';
import { GpuFigures } from './GpuFigures.tsx';
import css from './GpuPanel.module.css';
import type { OverviewText } from './words.ts';

/** The readings of each GPU now and over the last minutes, or the reason why there are none. */
export function GpuPanel(): JSX.Element {
  const text = useTranslations('overview');
  const gpu = useSliceOfSecond('gpu');
  const colorOf = useColors(gpu.gpus.map(gpuKey));
  const say = useSay();
  const note = explain({ ...gpu, note: gpu.note && say(gpu.noteSentence, gpu.note) }, text);
  const isRead = gpu.status === 'live' || gpu.status === 'lost';
  return (
    <Panel title={text('gpu.title')} aside={gpu.status === 'live' && gpu.source}>
      {note !== null && <Note>{note}</Note>}
      <ul className={css.list} data-stale={gpu.status === 'lost' || undefined}>
        {gpu.gpus.map((reading) => (
          <li key={gpuKey(reading)}>
            <GpuFigures
              gpu={reading}
              isNumbered={gpu.gpus.length > 1}
              color={gpu.gpus.length > 1 ? colorOf(gpuKey(reading)) : null}
            />
          </li>
        ))}
      </ul>
      <Machine />
      {isRead && gpu.gpus.length > 0 && <GpuCharts gpus={gpu.gpus} colorOf={colorOf} />}
    </Panel>
  );
}

/** Why readings are missing; null if all arrive. */
function explain({ status, note, at }: GpuState, text: OverviewText): string | null {
  switch (status) {
    case 'live':
      return note;
    case 'starting':
      return text('gpu.starting');
    case 'none':
      return note ?? text('gpu.none');
    case 'static':
      return note ?? text('gpu.static');
    case 'lost':
      return text('gpu.last', { note: note ?? text('gpu.stopped'), time: formatClock(at) });
  }
}

/** Power that the machine draws beside its GPUs, as far as it is measured. */
function Machine(): JSX.Element | null {
  const text = useTranslations('overview.gpu');
  const { reading } = useSliceOfSecond('machine');
  const rows = [
    [text('processor'), reading?.cpuPowerW ?? null],
    [text('battery'), reading?.isOnBattery === true ? reading.batteryW : null],
    [text('wall', { name: reading?.wall?.name ?? '' }), reading?.wall?.powerW ?? null],
  ] as const;
  const known = rows.filter(([, watts]) => watts !== null);
  if (known.length === 0) return null;
  return (
    <dl className={css.machine}>
      {known.map(([name, watts]) => (
        <div key={name} className={css.power}>
          <dt className={css.label}>{name}</dt>
          <dd>{formatPower(watts)}</dd>
        </div>
      ))}
    </dl>
  );
}
