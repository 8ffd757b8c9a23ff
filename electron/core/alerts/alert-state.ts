import type { AlertRule } from '../../../shared/alerts.ts';
import type { Moment } from './clock.ts';

/** How long a resolved alert stays to be seen. */
export const RESOLVED_SHOWN_MS = 15 * 60_000;
/** How long an alert goes on firing while its figure is unknown. */
export const UNKNOWN_LIMIT_MS = 15 * 60_000;

/** Where an alert stands about one subject. A quiet one is not kept. */
export type AlertStatus =
  | { readonly status: 'quiet' }
  | { readonly status: 'pending'; readonly since: Moment; readonly value: number }
  | Firing
  | Resolved;

interface Firing {
  readonly status: 'firing';
  readonly since: Moment;
  readonly value: number | null;
  /** Since when it could have been resolved; null while it could not. */
  readonly clearSince: number | null;
  /** Since when the figure is unknown; null while it is known. */
  readonly unknownSince: number | null;
}

export interface Resolved {
  readonly status: 'resolved';
  readonly since: Moment;
  readonly firedAt: Moment;
  readonly value: number | null;
  /** The figure came back, nobody knew it for too long, or the rule was changed or removed. */
  readonly reason: 'back' | 'unknown' | 'rule';
}

export const QUIET: AlertStatus = { status: 'quiet' };

type Condition = Pick<AlertRule, 'op' | 'threshold' | 'clear' | 'forMs' | 'keepFiringMs'>;

/**
 * The next standing, given what the figure is now. An unknown figure (null) ends a wait and begins
 * nothing; what fires goes on firing, and is given up, with that reason, when the figure stays
 * unknown for long. What did not change comes back as it is: readers know by that.
 */
export function advance(
  standing: AlertStatus,
  value: number | null,
  at: Moment,
  rule: Condition,
): AlertStatus {
  switch (standing.status) {
    case 'quiet':
      return holds(rule, value) ? begin(rule, value, at) : standing;
    case 'resolved':
      if (holds(rule, value)) return begin(rule, value, at);
      return at.steady - standing.since.steady >= RESOLVED_SHOWN_MS ? QUIET : standing;
    case 'pending':
      if (!holds(rule, value)) return QUIET;
      return at.steady - standing.since.steady >= rule.forMs
        ? fire(value, at)
        : changed(standing, { value });
    case 'firing':
      return value === null ? wait(standing, at) : keepOrResolve(standing, value, at, rule);
  }
}

/** What fires when its rule goes: whoever was told that it fires is told that it ended. */
export function closed(standing: AlertStatus, at: Moment): AlertStatus {
  return standing.status === 'firing' ? resolve(standing, standing.value, at, 'rule') : QUIET;
}

function holds({ op, threshold }: Condition, value: number | null): value is number {
  if (value === null) return false;
  return op === 'above' ? value > threshold : value < threshold;
}

function begin(rule: Condition, value: number, at: Moment): AlertStatus {
  return rule.forMs === 0 ? fire(value, at) : { status: 'pending', since: at, value };
}

function fire(value: number, at: Moment): AlertStatus {
  return { status: 'firing', since: at, value, clearSince: null, unknownSince: null };
}

function wait(standing: Firing, at: Moment): AlertStatus {
  const unknownSince = standing.unknownSince ?? at.steady;
  if (at.steady - unknownSince >= UNKNOWN_LIMIT_MS) return resolve(standing, null, at, 'unknown');
  return changed(standing, { value: null, unknownSince, clearSince: null });
}

function keepOrResolve(standing: Firing, value: number, at: Moment, rule: Condition): AlertStatus {
  const isClear = rule.op === 'above' ? value <= rule.clear : value >= rule.clear;
  const clearSince = isClear ? (standing.clearSince ?? at.steady) : null;
  if (clearSince !== null && at.steady - clearSince >= rule.keepFiringMs) {
    return resolve(standing, value, at, 'back');
  }
  return changed(standing, { value, clearSince, unknownSince: null });
}

function changed<T extends AlertStatus>(standing: T, by: Partial<T>): T {
  const names = Object.keys(by) as (keyof T)[];
  return names.every((name) => by[name] === standing[name]) ? standing : { ...standing, ...by };
}

function resolve(
  { since: firedAt }: Firing,
  value: number | null,
  at: Moment,
  reason: Resolved['reason'],
): Resolved {
  return { status: 'resolved', since: at, firedAt, value, reason };
}
