import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { UNKNOWN, formatBytes, formatFactor, formatPower } from '../../../shared/format.ts';
import type { MachineReading, WallReading } from '../../../shared/machine.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { addressOf } from '../../../shared/page-address.ts';
import type { TimeRange } from '../../state/range.ts';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import type { NamedFigure } from './device-figures.ts';
import { Figures } from './Figures.tsx';
import css from './hardware.module.css';
import { useEnergyDays } from './use-hardware.ts';

type Text = ReturnType<typeof useTranslations<'hardware.machine'>>;

/** The rest of the machine: processor, battery, memory and a meter in the wall socket. */
export function MachinePanel({ range }: { readonly range: TimeRange }): JSX.Element {
  const text = useTranslations('hardware.machine');
  const { reading, notes, noteSentences } = useSliceOfSecond('machine');
  const say = useSay();
  const days = useEnergyDays(range).data;
  const figures = useFigures(reading, days?.wallFactor ?? null);
  const hasWall = typeof reading?.wall?.name === 'string';
  return (
    <Panel title={text('title')}>
      {reading === null ? <Note>{text('starting')}</Note> : <Figures figures={figures} />}
      {notes.length > 0 && (
        <ul className={css.notes} aria-label={text('notes')}>
          {notes.map((note, index) => (
            <li key={note}>{say(noteSentences[index], note)}</li>
          ))}
        </ul>
      )}
      {!hasWall && (
        <Note footnote>
          {text('noWall')}{' '}
          <a className={css.link} href={`#${addressOf('settings', 'hardware')}`}>
            {text('addWall')}
          </a>
        </Note>
      )}
    </Panel>
  );
}

/** Without those that this machine does not have. */
function useFigures(
  reading: MachineReading | null,
  wallFactor: number | null,
): readonly NamedFigure[] {
  const text = useTranslations('hardware.machine');
  if (reading === null) return [];
  const { memoryUsedBytes, memoryTotalBytes, swapUsedBytes, isOnBattery, wall } = reading;
  const figure = (key: string, label: string, raw: number | null, value: string): NamedFigure => ({
    ...{ key, label, raw },
    value: value === UNKNOWN ? text('notReported') : value,
  });
  const memory = formatBytes(memoryUsedBytes);
  const battery = isOnBattery === true ? formatPower(reading.batteryW) : text('mains');
  return [
    figure('processor', text('processor'), reading.cpuPowerW, formatPower(reading.cpuPowerW)),
    ...(isOnBattery === null
      ? []
      : [figure('battery', text('battery'), reading.batteryW, battery)]),
    figure(
      'mainMemory',
      text('memory'),
      memoryUsedBytes,
      memory === UNKNOWN
        ? memory
        : text('of', { used: memory, total: formatBytes(memoryTotalBytes) }),
    ),
    figure('swap', text('swap'), swapUsedBytes, formatBytes(swapUsedBytes)),
    ...(reading.powerProfile === null
      ? []
      : [figure('profile', text('profile'), null, reading.powerProfile)]),
    ...(wall === null ? [] : wallFigures(wall, wallFactor, text)),
  ];
}

function wallFigures(
  { name, powerW }: WallReading,
  factor: number | null,
  text: Text,
): readonly NamedFigure[] {
  const power = formatPower(powerW);
  return [
    {
      ...{ key: 'wall', label: text('wall', { name }), raw: powerW },
      value: power === UNKNOWN ? text('notReported') : power,
    },
    {
      ...{ key: 'wallFactor', label: text('wallFactor'), raw: factor },
      value: factor === null ? text('wallFactorUnknown') : formatFactor(factor),
    },
  ];
}
