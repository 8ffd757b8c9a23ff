import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { GpuReading } from '../../shared/gpu.ts';
import type { UpstreamState } from '../../shared/slices.ts';
import {
  UNKNOWN,
  formatBytes,
  formatUptime,
  formatPower,
  formatRate,
} from '../../shared/format.ts';
import { useNow } from '../state/clock.ts';
import { useSlice } from '../state/context.tsx';
import css from './StatusLine.module.css';

/** The glance in words, at the foot of every page: speed, power, memory, and what is wrong. */
export function StatusLine(): JSX.Element {
  const text = useTranslations('frame.status');
  const { outputTokensPerSecond } = useSlice('throughput');
  const { gpus } = useSlice('gpu');
  return (
    <footer className={css.line} aria-label={text('label')}>
      <span title={text('rate')} className={css.rate}>
        {formatRate(outputTokensPerSecond)}
      </span>
      <span title={text('power')} className={css.power}>
        {formatPower(sumOf(gpus, (gpu) => gpu.powerW))}
      </span>
      <span title={text('memory')} className={css.memory}>
        {memoryOf(gpus)}
      </span>
      <Uptime />
      <Health />
    </footer>
  );
}

/** Null if no GPU tells its value. */
function sumOf(
  gpus: readonly GpuReading[],
  pick: (gpu: GpuReading) => number | null,
): number | null {
  const known = gpus.map(pick).filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function memoryOf(gpus: readonly GpuReading[]): string {
  const used = sumOf(gpus, (gpu) => gpu.memoryUsedBytes);
  const total = sumOf(gpus, (gpu) => gpu.memoryTotalBytes);
  return used === null ? UNKNOWN : `${formatBytes(used)} / ${formatBytes(total)}`;
}

function Uptime(): JSX.Element {
  const text = useTranslations('frame.status');
  const { startedAt, version } = useSlice('app');
  const time = formatUptime(useNow(true) - startedAt);
  return (
    <span className={css.uptime} title={`${text('uptimeTitle')} (Tokwatt ${version})`}>
      {text('uptime', { time })}
    </span>
  );
}

/** Only a server that is down is a problem; one that was never seen may not be in use. */
function Health(): JSX.Element {
  const text = useTranslations('frame.status');
  const upstreams = useSlice('upstreams');
  const ledger = useSlice('ledger');
  const down = upstreams.filter(({ health }) => health === 'down');
  if (ledger.status === 'degraded') {
    return <State tone="bad">{text('problem', { message: ledger.message ?? '' })}</State>;
  }
  if (down.length > 0) {
    return <State tone="bad">{text('down', { count: down.length, names: namesOf(down) })}</State>;
  }
  const isSeen = upstreams.some(({ health }) => health === 'up');
  return <State tone={isSeen ? 'good' : 'neutral'}>{text(isSeen ? 'allUp' : 'noneSeen')}</State>;
}

/** A long list would push everything else out of the line. */
function namesOf(upstreams: readonly UpstreamState[]): string {
  const names = upstreams.slice(0, 3).map(({ name }) => name);
  return `${names.join(', ')}${upstreams.length > names.length ? ', …' : ''}`;
}

function State({
  tone,
  children,
}: {
  readonly tone: 'good' | 'bad' | 'neutral';
  readonly children: string;
}): JSX.Element {
  return (
    <span className={`${css.state ?? ''} ${css[tone] ?? ''}`} title={children}>
      {children}
    </span>
  );
}
