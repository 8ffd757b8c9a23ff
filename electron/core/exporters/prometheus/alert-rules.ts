import { Document } from 'yaml';
import { BASELINE_WINDOWS } from '../../../../shared/alert-figure-kinds.ts';
import type {
  Figure,
  Split,
  StateFigure,
  WindowFigure,
} from '../../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../../shared/alert-figures.ts';
import type { AlertRule } from '../../../../shared/alerts.ts';
import { canonicalModelName } from '../../../../shared/model-names.ts';
import { labelText } from './labels.ts';
import { conditionOf, timeOf } from '../../alerts/message.ts';

const HEAD = ` Alert rules of Tokwatt for Prometheus 2.42 or newer. They use Tokwatt's metrics at /metrics.
 A window must contain several scrapes, so make it at least four times the scrape interval.`;

/**
 * The same rules as a Prometheus rule file. A rule whose figure is not at `/metrics` is left out, and a
 * comment names it. The `clear` threshold is left out too, because Prometheus has no such setting.
 */
export function rulesFile(rules: readonly AlertRule[]): string {
  const exported = rules.filter((rule) => missing(rule) === null);
  const left = rules.filter((rule) => missing(rule) !== null);
  const document = new Document({
    groups: [{ name: 'tokwatt', rules: exported.map(prometheusRule) }],
  });
  const notes = [
    HEAD,
    ...left.map((rule) => ` Left out: ${JSON.stringify(rule.name)}, ${missing(rule) ?? ''}.`),
    ...exported
      .filter(({ clear, threshold }) => clear !== threshold)
      .map(
        ({ name, clear }) =>
          ` ${JSON.stringify(name)} is resolved at its threshold here, not at ${clear}.`,
      ),
  ];
  document.commentBefore = notes.join('\n');
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** The part of the rule that `/metrics` lacks; null if it has everything. */
function missing({ figure: name, by, where }: AlertRule): string | null {
  const figure = figureOf(name);
  const labels = labelsOf(figure);
  if (labels === null) return `because /metrics does not have ${name}`;
  const splits = [...Object.keys(where), ...(by === null ? [] : [by])] as Split[];
  const unknown = splits.find((split) => !labels.includes(split));
  return unknown === undefined ? null : `because /metrics does not have ${name} by ${unknown}`;
}

function labelsOf(figure: Figure): readonly Split[] | null {
  switch (figure.kind) {
    case 'window':
      return ['model', 'upstream'];
    case 'today':
      return null;
    case 'state':
      return figure.metric === null ? null : figure.metricSplits;
  }
}

function prometheusRule(rule: AlertRule): Record<string, unknown> {
  return {
    alert: rule.name,
    expr: expression(rule),
    ...(rule.forMs === 0 ? {} : { for: duration(rule.forMs) }),
    ...(rule.keepFiringMs === 0 ? {} : { keep_firing_for: duration(rule.keepFiringMs) }),
    labels: { severity: rule.severity },
    annotations: { summary: summary(rule) },
  };
}

function expression(rule: AlertRule): string {
  const figure = figureOf(rule.figure);
  const sign = rule.op === 'above' ? '>' : '<';
  switch (figure.kind) {
    case 'state':
      return `${stateValue(rule, figure)} ${sign} ${rule.threshold}`;
    case 'window': {
      const compared = `${windowValue(rule, figure)} ${sign} ${rule.threshold}`;
      return `${compared}${enough(rule, figure)}`;
    }
    case 'today':
      throw new Error('left out before');
  }
}

function stateValue(rule: AlertRule, { metric, fold }: StateFigure): string {
  const worst = rule.op === 'above' ? 'max' : 'min';
  const value = metric?.(selector(rule)) ?? '';
  return `${fold === 'sum' ? 'sum' : worst}${grouping(rule)}(${value})`;
}

function windowValue(rule: AlertRule, { fold, metric }: WindowFigure): string {
  const range = `[${duration(rule.windowMs ?? 0)}]`;
  const rate = (match?: string): string =>
    `sum${grouping(rule)}(rate(${metric.name}${selector(rule, match)}${range}))`;
  const scale = metric.scale === undefined ? '' : `${metric.scale} * `;
  switch (fold) {
    case 'per_minute':
      return `60 * ${rate(metric.match)}`;
    case 'percent':
      // Without a hit there is no such series, but the share is still zero.
      return `100 * (${rate(metric.match)} or 0 * ${rate()}) / ${rate()}`;
    case 'percentile':
      return `${scale}${quantile(rule, metric, (rule.percentile ?? 95) / 100, range)}`;
    case 'drop': {
      const before = `[${duration((rule.windowMs ?? 0) * BASELINE_WINDOWS)}] offset ${range.slice(1, -1)}`;
      const [now, then] = [range, before].map((span) => quantile(rule, metric, 0.5, span));
      return `100 * (1 - ${now ?? ''} / ${then ?? ''})`;
    }
  }
}

function quantile(
  rule: AlertRule,
  { name, match }: WindowFigure['metric'],
  rank: number,
  range: string,
): string {
  const buckets = `rate(${name}_bucket${selector(rule, match)}${range})`;
  const labels = ['le', ...(rule.by === null ? [] : [rule.by])].join(', ');
  return `histogram_quantile(${Number(rank.toFixed(4))}, sum by (${labels}) (${buckets}))`;
}

/** The condition that there were at least `minRequests` requests. */
function enough(rule: AlertRule, { fold, metric }: WindowFigure): string {
  if (rule.minRequests === 1 || fold === 'per_minute') return '';
  const name = fold === 'percent' ? metric.name : `${metric.name}_count`;
  const match = fold === 'percent' ? undefined : metric.match;
  const range = `[${duration(rule.windowMs ?? 0)}]`;
  const count = `increase(${name}${selector(rule, match)}${range})`;
  return ` and sum${grouping(rule)}(${count}) >= ${rule.minRequests}`;
}

function grouping({ by }: AlertRule): string {
  return by === null ? '' : ` by (${by}) `;
}

function selector({ where }: AlertRule, match?: string): string {
  const filters = (Object.entries(where) as [Split, string][]).map(([split, name]) =>
    split === 'model' ? modelFilter(name) : `${split}=${JSON.stringify(labelText(name))}`,
  );
  const all = [...filters, ...(match === undefined ? [] : [match])];
  return all.length === 0 ? '' : `{${all.join(',')}}`;
}

/** A model may be meant by any of its names; the label has the one that it is counted under. */
function modelFilter(name: string): string {
  if (name === 'unknown model') return `model=${JSON.stringify(labelText(null))}`;
  const canonical = canonicalModelName('ollama', name);
  if (canonical === name) return `model=${JSON.stringify(labelText(name))}`;
  const either = [canonical, name].map((each) =>
    labelText(each).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  return `model=~${JSON.stringify(either.join('|'))}`;
}

function summary(rule: AlertRule): string {
  const names = Object.entries(rule.where).map(([split, name]) => literal(`${split} ${name}`));
  const own = rule.by === null ? [] : [`${rule.by} {{ $labels.${rule.by} }}`];
  const words = [...own, ...names, ...timeOf(rule)];
  const about = words.length === 0 ? '' : ` (${words.join(', ')})`;
  const isYesNo = figureOf(rule.figure).unit === 'yes_no';
  return `${conditionOf(rule)}${about}${isYesNo ? '' : ': {{ printf "%.4g" $value }}'}`;
}

/** Escapes text for Prometheus's templates. */
function literal(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}

function duration(ms: number): string {
  const units: readonly [string, number][] = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ];
  const [unit, size] = units.find(([, each]) => ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}
