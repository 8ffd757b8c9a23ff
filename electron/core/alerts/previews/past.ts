import type { AlertRule } from '../../../../shared/alerts.ts';
import type { Ledger } from '../../records/ledger/ledger.ts';
import type { AlertSources } from '../figure-readers.ts';

/** What a preview reads. */
export interface PreviewSources extends AlertSources {
  readonly ledger: Pick<Ledger, 'page' | 'recordsAfter' | 'gpu' | 'flush' | 'state'>;
}

export interface PreviewRequest {
  readonly rule: AlertRule;
  /** Unix milliseconds; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
}

/** The most looks at a figure while nothing happens. */
const MAX_STEPS = 50_000;
/** As many as a window has, so that each look may find another value. */
const STEPS_OF_WINDOW = 30;

/** The time between two looks, milliseconds, whole seconds. */
export function stepOf({ rule, from, to }: PreviewRequest): number {
  const finest = Math.max(1_000, (rule.windowMs ?? 0) / STEPS_OF_WINDOW, (to - from) / MAX_STEPS);
  return Math.ceil(finest / 1_000) * 1_000;
}
