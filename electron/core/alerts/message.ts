import { BASELINE_WINDOWS, formatFigure } from '../../../shared/alert-figure-kinds.ts';
import type { Figure, Split, Unit } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import { UNKNOWN } from '../../../shared/format.ts';
import { amount, inEnglish, joined, sentence } from '../../../shared/sentences.ts';
import type { Sentence, SentenceUnit, SentenceValue } from '../../../shared/sentences.ts';
import type { Subject } from './figure-reader.ts';
import type { Resolved, AlertStatus } from './alert-state.ts';
import { UNKNOWN_LIMIT_MS } from './alert-state.ts';

/** One line with the figure and its threshold; null for an alert that is quiet. */
export function messageOf(
  rule: AlertRule,
  subject: Subject,
  standing: AlertStatus,
): Sentence | null {
  if (standing.status === 'quiet') return null;
  const figure = figureOf(rule.figure);
  const title = titleOf(rule);
  const about = aboutOf(rule, subject);
  if (standing.status === 'resolved') return endOf(figure, standing, { title, about });
  const { value } = standing;
  if (figure.unit === 'yes_no') {
    return value === null
      ? sentence('alert_unknown_now', { title, about })
      : sentence('alert_holds', { title, about });
  }
  const limit = valueOf(figure.unit, rule.threshold);
  if (value === null) {
    const code = rule.op === 'above' ? 'alert_was_above' : 'alert_was_below';
    return sentence(code, { title, limit, about });
  }
  const code = rule.op === 'above' ? 'alert_above' : 'alert_below';
  return sentence(code, { title, value: valueOf(figure.unit, value), limit, about });
}

/** The rule's condition in English, such as `Latency (p95) above 3.00 s`. */
export function conditionOf(rule: AlertRule): string {
  const figure = figureOf(rule.figure);
  const title = inEnglish(titleOf(rule));
  if (figure.unit === 'yes_no') return title;
  return `${title} ${rule.op} ${formatFigure(figure.unit, rule.threshold)}`;
}

function titleOf({ percentile, figure }: AlertRule): Sentence {
  const title = sentence(`figure_${figure}`);
  if (percentile === null) return title;
  return sentence('alert_percentile', { title, percentile: String(percentile) });
}

/** The units of figures that a sentence has too. Those of a rate have words of their own. */
const UNITS: Readonly<Record<Exclude<Unit, 'per_minute' | 'yes_no'>, SentenceUnit>> = {
  percent: 'percent',
  ms: 'ms',
  tokens_per_second: 'tokens_per_second',
  tokens: 'tokens',
  watt_hours: 'watt_hours',
  joules_per_token: 'joules_per_token',
  celsius: 'celsius',
  watts: 'watts',
  count: 'count',
};

function valueOf(unit: Exclude<Unit, 'yes_no'>, value: number): SentenceValue {
  if (unit === 'per_minute') return sentence('alert_per_minute', { rate: amount(value, 'rate') });
  return amount(value, UNITS[unit]);
}

type Ends = Readonly<Record<'title' | 'about', SentenceValue>>;

function endOf({ unit }: Figure, { reason, value }: Resolved, ends: Ends): Sentence {
  switch (reason) {
    case 'back':
      return unit === 'yes_no'
        ? sentence('alert_over', ends)
        : sentence('alert_back', {
            ...ends,
            value: value === null ? UNKNOWN : valueOf(unit, value),
          });
    case 'unknown':
      return sentence('alert_unknown_for', { ...ends, span: amount(UNKNOWN_LIMIT_MS, 'span') });
    case 'rule':
      return sentence('alert_rule_changed', ends);
  }
}

function aboutOf(rule: AlertRule, subject: Subject): SentenceValue {
  const names = (Object.entries(rule.where) as [Split, string][])
    .filter(([split]) => split !== rule.by)
    .map(([split, name]) => ofSplit(split, name));
  const own = rule.by === null || subject === null ? [] : [ofSplit(rule.by, subject)];
  const words = joined('and_names', [...own, ...names, ...windowOf(rule)]);
  return words === null ? '' : sentence('alert_about', { words });
}

function ofSplit(split: Split, name: string): Sentence {
  return sentence('alert_of', { split: { text: `split_${split}` }, name });
}

/** The rule's window; empty for figures of the present state. */
function windowOf({ figure: name, windowMs }: AlertRule): Sentence[] {
  if (windowMs === null) return [];
  const figure = figureOf(name);
  const span = amount(windowMs, 'span');
  const isDrop = figure.kind === 'window' && figure.fold === 'drop';
  if (!isDrop) return [sentence('alert_last', { span })];
  const before = amount(windowMs * BASELINE_WINDOWS, 'span');
  return [sentence('alert_last_against', { span, before })];
}

/** The rule's window in English words; empty for figures of the present state. */
export function timeOf(rule: AlertRule): string[] {
  return windowOf(rule).map(inEnglish);
}
