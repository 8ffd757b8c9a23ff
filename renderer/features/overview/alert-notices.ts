import type { Severity } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';

const ORDER: Record<Severity, number> = { critical: 0, warning: 1, info: 2 };

/** The firing alerts, by severity, then newest first. */
export function firingAlerts(alerts: readonly AlertState[]): AlertState[] {
  return alerts
    .filter(({ status }) => status === 'firing')
    .sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || b.since - a.since);
}

/**
 * What to announce when alerts change: each rule once, without the messages, which change with every
 * reading.
 */
export function announcedRules(firing: readonly AlertState[]): string[] {
  return [...new Set(firing.map(({ rule, severity }) => `${rule} (${severity})`))];
}
