import type { useTranslations } from 'use-intl';
import { formatFigure } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { AlertRule } from '../../../shared/alerts.ts';
import { formatSpan } from '../../../shared/format.ts';
import { sentence } from '../../../shared/sentences.ts';
import type { Say } from '../../i18n/use-sentences.ts';

/** The texts of the catalogue that make up a rule. */
export interface RuleTexts {
  readonly word: ReturnType<typeof useTranslations<'alerts.word'>>;
  readonly split: ReturnType<typeof useTranslations<'alerts.split'>>;
  readonly say: Say;
}

/** A rule in words: `Latency (p95) above 30.0 s for 5 min, each model`. */
export function describeRule(rule: AlertRule, { word, split, say }: RuleTexts): string {
  const { title, unit } = figureOf(rule.figure);
  const name = say(sentence(`figure_${rule.figure}`), title);
  const percentile = rule.percentile === null ? '' : ` (p${rule.percentile})`;
  const condition =
    unit === 'yes_no' ? '' : ` ${word(rule.op)} ${formatFigure(unit, rule.threshold)}`;
  const duration = rule.forMs === 0 ? '' : ` ${word('forTime', { time: formatSpan(rule.forMs) })}`;
  const names = Object.values(rule.where).filter((each) => each !== undefined);
  const scope = rule.by === null ? [] : [word('each', { split: split(rule.by) })];
  return [`${name}${percentile}${condition}${duration}`, ...scope, ...names].join(', ');
}
