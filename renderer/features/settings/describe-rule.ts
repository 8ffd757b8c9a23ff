import { formatFigure } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import type { AlertState } from '../../../shared/alert-state.ts';
import { formatSpan } from '../../../shared/format.ts';

/** A rule in words: `Latency (p95) above 30.0 s for 5 min, each model`. */
export function describeRule(rule: AlertRule): string {
  const { title, unit } = figureOf(rule.figure);
  const percentile = rule.percentile === null ? '' : ` (p${rule.percentile})`;
  const condition = unit === 'yes_no' ? '' : ` ${rule.op} ${formatFigure(unit, rule.threshold)}`;
  const duration = rule.forMs === 0 ? '' : ` for ${formatSpan(rule.forMs)}`;
  const names = Object.values(rule.where).filter((name) => name !== undefined);
  const scope = [rule.by === null ? [] : [`each ${rule.by}`], names].flat();
  return [`${title}${percentile}${condition}${duration}`, ...scope].join(', ');
}

export const ALERT_STATUS: Record<
  AlertState['status'],
  { readonly word: string; readonly tone: 'bad' | 'neutral' | 'good'; readonly solid: boolean }
> = {
  firing: { word: 'Firing', tone: 'bad', solid: true },
  pending: { word: 'Pending', tone: 'neutral', solid: false },
  resolved: { word: 'Resolved', tone: 'good', solid: true },
};
