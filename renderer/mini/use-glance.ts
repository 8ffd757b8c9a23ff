import { useTranslations } from 'use-intl';
import { formatBytesOf, formatElapsed, formatPower } from '../../shared/format.ts';
import { OLD_MS, requestCounts, sumOver } from '../../shared/tray-figures.ts';
import { useTick } from '../state/clock.ts';
import { useIsLost, useSlice } from '../state/context.tsx';

/** Steps in which the age of old figures is told, milliseconds. */
const AGE_STEP_MS = 10_000;

interface Glance {
  readonly counts: string;
  /** Null if no GPU tells it. */
  readonly power: string | null;
  readonly memory: string | null;
  /** How old power and memory are; null while they are fresh. */
  readonly age: string | null;
}

/** What is going on, in words. */
export function useGlance(): Glance {
  const text = useTranslations('mini');
  const isLost = useIsLost();
  const { paused } = useSlice('app');
  const { gpus, at } = useSlice('gpu');
  const { running, waiting } = requestCounts({ inFlight: useSlice('inFlight') });
  const steps = useTick(at !== null, (now) => Math.floor((now - (at ?? now)) / AGE_STEP_MS));
  if (isLost) return { counts: text('lost'), power: null, memory: null, age: null };
  const counts = [
    ...(paused ? [text('paused')] : []),
    ...(running > 0 ? [text('running', { count: running })] : []),
    ...(waiting > 0 ? [text('waiting', { count: waiting })] : []),
  ];
  const watts = sumOver(gpus, (gpu) => gpu.powerW);
  const used = sumOver(gpus, (gpu) => gpu.memoryUsedBytes);
  const total = sumOver(gpus, (gpu) => gpu.memoryTotalBytes);
  return {
    counts: counts.length === 0 ? text('idle') : counts.join(' · '),
    power: watts === null ? null : formatPower(watts),
    memory: used === null ? null : formatBytesOf(used, total),
    age:
      steps * AGE_STEP_MS < OLD_MS
        ? null
        : text('age', { age: formatElapsed(steps * AGE_STEP_MS) }),
  };
}
