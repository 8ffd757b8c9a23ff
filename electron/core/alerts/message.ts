import { BASELINE_WINDOWS, formatFigure } from '../../../shared/alert-figure-kinds.ts';
import type { Figure } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import { formatSpan } from '../../../shared/format.ts';
import type { Subject } from './figure-reader.ts';
import type { Resolved, AlertStatus } from './alert-state.ts';
import { UNKNOWN_LIMIT_MS } from './alert-state.ts';

/** One line with the figure and its threshold. */
export function messageOf(rule: AlertRule, subject: Subject, standing: AlertStatus): string {
  if (standing.status === 'quiet') return '';
  const figure = figureOf(rule.figure);
  const title = titleOf(rule, figure);
  const about = aboutOf(rule, subject);
  if (standing.status === 'resolved') return `${title}: ${endOf(figure, standing)}${about}`;
  if (figure.unit === 'yes_no') {
    return standing.value === null ? `${title}: unknown now${about}` : `${title}${about}`;
  }
  const limit = `${rule.op} ${formatFigure(figure.unit, rule.threshold)}`;
  return standing.value === null
    ? `${title} was ${limit} and is unknown now${about}`
    : `${title} is ${formatFigure(figure.unit, standing.value)}, ${limit}${about}`;
}

/** The rule's condition, such as `Latency (p95) above 3.00 s`. */
export function conditionOf(rule: AlertRule): string {
  const figure = figureOf(rule.figure);
  const title = titleOf(rule, figure);
  if (figure.unit === 'yes_no') return title;
  return `${title} ${rule.op} ${formatFigure(figure.unit, rule.threshold)}`;
}

function titleOf({ percentile }: AlertRule, { title }: Figure): string {
  return percentile === null ? title : `${title} (p${percentile})`;
}

function endOf(figure: Figure, { reason, value }: Resolved): string {
  switch (reason) {
    case 'back':
      return figure.unit === 'yes_no' ? 'over' : `back at ${formatFigure(figure.unit, value)}`;
    case 'unknown':
      return `unknown for ${formatSpan(UNKNOWN_LIMIT_MS)}, so it may or may not be over`;
    case 'rule':
      return 'its rule was changed, switched off or removed';
  }
}

function aboutOf(rule: AlertRule, subject: Subject): string {
  const names = Object.entries(rule.where)
    .filter(([split]) => split !== rule.by)
    .map(([split, name]) => `${split} ${name}`);
  const own = rule.by === null || subject === null ? [] : [`${rule.by} ${subject}`];
  const words = [...own, ...names, ...timeOf(rule)];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** The rule's window in words; empty for figures of the present state. */
export function timeOf({ figure: name, windowMs }: AlertRule): string[] {
  if (windowMs === null) return [];
  const figure = figureOf(name);
  const isDrop = figure.kind === 'window' && figure.fold === 'drop';
  const before = isDrop ? ` against the ${formatSpan(windowMs * BASELINE_WINDOWS)} before` : '';
  return [`last ${formatSpan(windowMs)}${before}`];
}
