import { useTranslations } from 'use-intl';
import { formatElapsed, formatUptime } from '../../../shared/format.ts';

interface Lasted {
  readonly from: number;
  readonly to: number | null;
  readonly isOngoing: boolean;
  readonly lastSeenAt: number;
}

const HOUR_MS = 3_600_000;

/** How long something lasted, in words. Its end is not known if Tokwatt ended before. */
export function useLasted(): (past: Lasted) => string {
  const text = useTranslations('alerts.history');
  return ({ from, to, isOngoing, lastSeenAt }) => {
    if (isOngoing) return text('ongoing');
    if (to === null) return text('atLeast', { time: timeOf(lastSeenAt - from) });
    return timeOf(to - from);
  };
}

function timeOf(ms: number): string {
  return ms < HOUR_MS ? formatElapsed(ms) : formatUptime(ms);
}
