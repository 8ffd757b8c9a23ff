import type { AlertRule } from '../../../shared/alerts.ts';
import type { Moment } from './clock.ts';

/** How long a resolved alert is still shown, milliseconds. */
export const RESOLVED_SHOWN_MS = 15 * 60_000;
/** An alert whose figure stays unknown for this long is resolved, milliseconds. */
export const UNKNOWN_LIMIT_MS = 15 * 60_000;

/** The state of one alert for one subject. The state `quiet` is not stored. */
export type AlertStatus =
  | { readonly status: 'quiet' }
  | { readonly status: 'pending'; readonly since: Moment; readonly value: number }
  | Firing
  | Resolved;

interface Firing {
  readonly status: 'firing';
  readonly since: Moment;
  readonly value: number | null;
  /** When the resolve condition began to hold, monotonic milliseconds; null while it does not. */
  readonly clearSince: number | null;
  /** When the figure became unknown, monotonic milliseconds; null while it is known. */
  readonly unknownSince: number | null;
}

export interface Resolved {
  readonly status: 'resolved';
  readonly since: Moment;
  readonly firedAt: Moment;
  readonly value: number | null;
  /** `back`: the figure returned. `unknown`: it was unknown too long. `rule`: the rule changed or went. */
  readonly reason: 'back' | 'unknown' | 'rule';
}

export const QUIET: AlertStatus = { status: 'quiet' };

type Condition = Pick<AlertRule, 'op' | 'threshold' | 'clear' | 'forMs' | 'keepFiringMs'>;

/**
 * Returns the next state for the figure's present value. A null value cancels a pending alert and
 * never starts one. A firing alert stays active with a null value until UNKNOWN_LIMIT_MS is over.
 * Returns the same object if nothing changed, so callers can compare by identity.
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

/** Resolves a firing alert whose rule is removed, so that receivers hear of its end. */
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
