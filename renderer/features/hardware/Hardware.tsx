import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { GpuState } from '../../../shared/gpu.ts';
import type { GpuDevice } from '../../../shared/gpu-devices.ts';
import { formatClock } from '../../../shared/format.ts';
import { ChartGroup } from '../../charts/group/ChartGroup.tsx';
import type { TimeRange } from '../../charts/group/group-store.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useParam } from '../../state/address.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { addressOf } from '../../../shared/page-address.ts';
import { rangeText } from '../../state/range.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { RangePicker } from '../../ui/RangePicker.tsx';
import { Select } from '../../ui/Select.tsx';
import { Toolbar } from '../../ui/Toolbar.tsx';
import { DeviceSection } from './DeviceSection.tsx';
import { EnergyPanel } from './EnergyPanel.tsx';
import { FootprintPanel } from './FootprintPanel.tsx';
import css from './hardware.module.css';
import { MachinePanel } from './MachinePanel.tsx';
import { useDevices, useEnergyDays, useGpuHistory, useShownRange } from './use-hardware.ts';
import type { ShownRange } from './use-hardware.ts';

/** The choice of all devices. */
const ALL = 'all';

/** What each device does and draws, where its energy goes, and what Tokwatt itself uses. */
export function Hardware(): JSX.Element {
  const shown = useShownRange();
  const [device, setDevice] = useParam('device', ALL);
  const { setRange } = shown;
  const onZoom = useCallback((range: TimeRange) => setRange(rangeText(range)), [setRange]);
  return (
    <>
      <Toolbar end={<SettingsLink />}>
        <RangePicker range={shown.chosen} onChange={setRange} />
        <DeviceChoice device={device} onChange={setDevice} />
      </Toolbar>
      <ChartGroup range={shown.range} onZoom={onZoom} labelRoom={8}>
        <div className={css.page}>
          <Devices {...{ shown, device }} />
          <MachinePanel range={shown.range} />
          <EnergyPanel {...{ device, onZoom }} range={shown.range} />
          <FootprintPanel range={shown.range} />
        </div>
      </ChartGroup>
    </>
  );
}

function SettingsLink(): JSX.Element {
  const text = useTranslations('hardware');
  return (
    <a className={css.link} href={`#${addressOf('settings', 'hardware')}`}>
      {text('settings')}
    </a>
  );
}

function DeviceChoice({
  device,
  onChange,
}: {
  readonly device: string;
  readonly onChange: (device: string) => void;
}): JSX.Element | null {
  const text = useTranslations('hardware');
  const { gpus } = useSliceOfSecond('gpu');
  if (gpus.length < 2) return null;
  const options = gpus.map(({ index, name }) => ({
    value: String(index),
    label: `${index}: ${name}`,
  }));
  return (
    <Select
      label={text('device')}
      isLabelHidden
      value={options.some(({ value }) => value === device) ? device : ALL}
      options={[{ value: ALL, label: text('allDevices') }, ...options]}
      onChange={onChange}
    />
  );
}

interface DevicesProps {
  readonly shown: ShownRange;
  readonly device: string;
}

/** A section for each GPU, or why there is none and what helps. */
function Devices({ shown, device }: DevicesProps): JSX.Element {
  const text = useTranslations('hardware');
  const gpu = useSliceOfSecond('gpu');
  const say = useSay();
  const { status, at, gpus } = gpu;
  const note = gpu.note && say(gpu.noteSentence, gpu.note);
  if (gpus.length === 0) {
    return (
      <EmptyState action={status === 'starting' ? undefined : <NoGpuHelp />}>
        {status === 'starting' ? text('looking') : (note ?? text('noGpu'))}
      </EmptyState>
    );
  }
  return (
    <>
      {status === 'lost' && (
        <Note>{text('lost', { note: note ?? text('stopped'), time: formatClock(at) })}</Note>
      )}
      {status !== 'lost' && note !== null && <Note>{note}</Note>}
      <KnownDevices {...{ gpu, shown, device }} />
    </>
  );
}

function NoGpuHelp(): JSX.Element {
  const text = useTranslations('hardware');
  return (
    <p className={css.help}>
      {text('noGpuHelp')} <SettingsLink />
    </p>
  );
}

function KnownDevices({
  gpu: { gpus, status },
  shown,
  device,
}: DevicesProps & { readonly gpu: GpuState }): JSX.Element {
  const history = useGpuHistory(shown);
  const days = useEnergyDays(shown.range).data ?? null;
  const found = useDevices().data?.devices ?? [];
  const chosen = gpus.filter(({ index }) => String(index) === device);
  return (
    <Loaded result={history} isStale={false}>
      {({ points }) =>
        (chosen.length > 0 ? chosen : gpus).map((reading) => (
          <DeviceSection
            key={reading.id ?? reading.index}
            {...{ reading, days, status }}
            points={points}
            range={shown.range}
            bucketMs={shown.bucketMs}
            device={deviceOf(found, reading.index)}
            isNumbered={gpus.length > 1}
          />
        ))
      }
    </Loaded>
  );
}

function deviceOf(devices: readonly GpuDevice[], wanted: number): GpuDevice | null {
  return devices.find(({ index }) => index === wanted) ?? null;
}
