import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Attachment } from '../../shared/attachment.ts';
import type { GpuReading } from '../../shared/gpu.ts';
import type { UpstreamState } from '../../shared/slices.ts';
import {
  UNKNOWN,
  formatBytes,
  formatUptime,
  formatPower,
  formatRate,
  localMinute,
} from '../../shared/format.ts';
import { sumOver } from '../../shared/tray-figures.ts';
import { otherZone } from '../../shared/local-time.ts';
import { useSay } from '../i18n/use-sentences.ts';
import { useNow } from '../state/clock.ts';
import { useIsLost, useSlice, useSliceOfSecond } from '../state/context.tsx';
import css from './StatusLine.module.css';

/** The glance in words, at the foot of every page: speed, power, memory, and what is wrong. */
export function StatusLine(): JSX.Element {
  const text = useTranslations('frame.status');
  const { outputTokensPerSecond } = useSliceOfSecond('throughput');
  const { gpus } = useSliceOfSecond('gpu');
  // Figures of a core that is lost are not those of now.
  const isKnown = !useIsLost();
  return (
    <footer className={css.line} aria-label={text('label')}>
      <span title={text('rate')} className={css.rate}>
        {isKnown ? formatRate(outputTokensPerSecond) : UNKNOWN}
      </span>
      <span title={text('power')} className={css.power}>
        {isKnown ? formatPower(sumOver(gpus, (gpu) => gpu.powerW)) : UNKNOWN}
      </span>
      <span title={text('memory')} className={css.memory}>
        {isKnown ? memoryOf(gpus) : UNKNOWN}
      </span>
      <Zone />
      <Uptime />
      <Health />
    </footer>
  );
}

function memoryOf(gpus: readonly GpuReading[]): string {
  const used = sumOver(gpus, (gpu) => gpu.memoryUsedBytes);
  const total = sumOver(gpus, (gpu) => gpu.memoryTotalBytes);
  return used === null ? UNKNOWN : `${formatBytes(used)} / ${formatBytes(total)}`;
}

/** Whose times these are, where a viewer would take them for those of the own clock. */
function Zone(): JSX.Element | null {
  const text = useTranslations('frame.status');
  const zone = otherZone();
  if (zone === null) return null;
  return (
    <span className={css.zone} title={text('zoneTitle', { zone })}>
      {text('zone', { zone })}
    </span>
  );
}

function Uptime(): JSX.Element {
  const text = useTranslations('frame.status');
  const { startedAt, version } = useSlice('app');
  const attachment = useSlice('attachment');
  const time = formatUptime(useNow(true) - startedAt);
  if (attachment !== null) return <Attached attachment={attachment} time={time} />;
  return (
    <span className={css.uptime} title={`${text('uptimeTitle')} (Tokwatt ${version})`}>
      {text('uptime', { time })}
    </span>
  );
}

/** Whose figures these are, if not those of this desktop. */
function Attached({
  attachment: { version, since, lost },
  time,
}: {
  readonly attachment: Attachment;
  readonly time: string;
}): JSX.Element {
  const text = useTranslations('frame.status');
  // It keeps its place, so that the health stays at the end of the line.
  if (lost !== null) return <span className={css.uptime} />;
  const title = text('attachedTitle', { version, since: localMinute(since) });
  return (
    <span className={`${css.uptime ?? ''} ${css.attached ?? ''}`} title={title}>
      {text('attached', { version, time })}
    </span>
  );
}

/** Only a server that is down is a problem; one that was never seen may not be in use. */
function Health(): JSX.Element {
  const text = useTranslations('frame.status');
  const upstreams = useSlice('upstreams');
  const ledger = useSlice('ledger');
  const isLost = useIsLost();
  const say = useSay();
  const down = upstreams.filter(({ health }) => health === 'down');
  if (isLost) return <State tone="bad">{text('lost')}</State>;
  if (ledger.status === 'degraded') {
    const message = say(ledger.messageSentence, ledger.message ?? '');
    return <State tone="bad">{text('problem', { message })}</State>;
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
