/** Alert rules: the section `alerts` of the settings. */
import * as v from 'valibot';
import { httpUrl, secretHeaders } from './addresses.ts';
import { SPLITS } from './alert-figure-kinds.ts';
import type { Figure, Split } from './alert-figure-kinds.ts';
import {
  EARLIER_FIGURES,
  EARLIER_SPLIT,
  currentFigure,
  currentSplit,
  typedKeys,
} from './alert-earlier-names.ts';
import { FIGURE_NAMES, figureOf } from './alert-figures.ts';

/** Most rules. A larger number is assumed to be a program's mistake. */
const MAX_RULES = 100;
const DAY_MS = 86_400_000;
const DEFAULT_WINDOW_MS = 300_000;
const NAME = 200;

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

const finite = v.pipe(v.number('must be a number'), v.finite('must be a number'));
const duration = v.pipe(
  v.number('must be a number of milliseconds'),
  v.integer('must be whole milliseconds'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(DAY_MS, 'must be at most a day'),
);
const filter = v.optional(
  v.pipe(v.string('must be a name'), v.minLength(1, 'must not be empty'), v.maxLength(NAME)),
);

const ruleSchema = v.strictObject(
  {
    /** Unique. The alert's name everywhere. */
    name: v.pipe(
      v.string('must be a name'),
      v.trim(),
      v.minLength(1, 'must not be empty'),
      v.maxLength(80, 'must have at most 80 characters'),
    ),
    figure: v.pipe(
      v.picklist(
        [...FIGURE_NAMES, ...typedKeys(EARLIER_FIGURES)],
        `must be one of: ${FIGURE_NAMES.join(', ')}`,
      ),
      v.transform(currentFigure),
    ),
    op: v.optional(v.picklist(['above', 'below'], 'must be above or below'), 'above'),
    /** In the figure's unit. A yes-or-no figure needs none. */
    threshold: v.optional(finite),
    /** A firing alert is resolved when the figure is back at this value; null is the threshold. */
    clear: v.optional(v.nullable(finite), null),
    /** For figures with a percentile; null is the figure's default: 95 for times, 50 for speeds. */
    percentile: v.optional(
      v.nullable(
        v.pipe(
          finite,
          v.minValue(1, 'must be 1 or more'),
          v.maxValue(99.9, 'must be 99.9 or less'),
        ),
      ),
      null,
    ),
    /** The window of figures computed from requests, milliseconds; null is 5 minutes. */
    windowMs: v.optional(
      v.nullable(v.pipe(duration, v.minValue(1_000, 'must be a second or more'))),
      null,
    ),
    /** With fewer requests in the window, the figure is unknown. */
    minRequests: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.integer('must be a whole number'),
        v.minValue(1, 'must be 1 or more'),
      ),
      1,
    ),
    /** How long the condition must hold before the alert fires, milliseconds. */
    forMs: v.optional(duration, 0),
    /** How long the condition must be over before the alert is resolved, milliseconds. */
    keepFiringMs: v.optional(duration, 0),
    /** One alert for each name of this dimension; null is one alert for everything. */
    by: v.optional(
      v.nullable(
        v.pipe(
          v.picklist([...SPLITS, EARLIER_SPLIT], `must be one of: ${SPLITS.join(', ')}`),
          v.transform(currentSplit),
        ),
      ),
      null,
    ),
    /** Restricts the figure to these names. */
    where: v.optional(
      v.strictObject(
        {
          model: filter,
          client: filter,
          key: filter,
          upstream: filter,
          gpu: filter,
          exporter: filter,
          insight: filter,
          budget: filter,
          /** Deprecated: `exporter`. */
          outlet: filter,
        },
        (issue) => wrongObject(issue, `figures can be split by ${SPLITS.join(', ')}`),
      ),
      {},
    ),
    severity: v.optional(
      v.picklist(SEVERITIES, `must be one of: ${SEVERITIES.join(', ')}`),
      'warning',
    ),
    enabled: v.optional(v.boolean('must be true or false'), true),
  },
  (issue) => wrongObject(issue, 'a rule has no such field'),
);

type ParsedRule = v.InferOutput<typeof ruleSchema>;
type GivenRule = Omit<ParsedRule, 'where'> & {
  readonly where: Readonly<Partial<Record<Split, string | undefined>>>;
};

export const alertRuleSchema = v.pipe(
  ruleSchema,
  v.transform(withCurrentNames),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const [key, message] of conflicts(input, figureOf(input.figure))) {
      const value = input[key];
      addIssue({ message, path: [{ type: 'object', origin: 'value', input, key, value }] });
    }
  }),
  v.transform(filled),
);

export const alertRulesSchema = v.pipe(
  v.array(alertRuleSchema, 'must be a list of rules'),
  v.maxLength(MAX_RULES, `must be at most ${MAX_RULES} rules`),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const input = dataset.value;
    for (const [key, value] of input.entries()) {
      if (input.findIndex(({ name }) => name === value.name) === key) continue;
      const message = `another rule is called "${value.name}" too`;
      addIssue({
        message,
        path: [
          { type: 'array', origin: 'value', input, key, value },
          { type: 'object', origin: 'value', input: value, key: 'name', value: value.name },
        ],
      });
    }
  }),
);

export const alertsSchema = v.object({
  rules: v.optional(alertRulesSchema, []),
  /** Shows alerts on the desktop. */
  notify: v.optional(v.boolean(), true),
  /** Receives each change of an alert as a POST; null sends nothing. */
  webhook: v.optional(
    v.nullable(v.object({ url: httpUrl, headers: v.optional(secretHeaders, {}) })),
    null,
  ),
});

export type AlertRule = v.InferOutput<typeof alertRuleSchema>;
export type AlertRuleInput = v.InferInput<typeof alertRuleSchema>;
export type AlertSettings = v.InferOutput<typeof alertsSchema>;

function withCurrentNames({ where, ...rule }: ParsedRule): GivenRule {
  const { outlet, ...others } = where;
  return { ...rule, where: outlet === undefined ? others : { exporter: outlet, ...others } };
}

/** Fields that contradict each other, with the field to change and the reason. */
function conflicts(rule: GivenRule, figure: Figure): [keyof GivenRule, string][] {
  const { figure: name, by, where, threshold, clear, op } = rule;
  const known =
    figure.splits.length === 0
      ? `${name} cannot be split`
      : `${name} can be split only by ${figure.splits.join(', ')}`;
  const filters = (Object.keys(where) as Split[]).filter((each) => where[each] !== undefined);
  const found: [keyof GivenRule, string][] = [];
  if (by !== null && !figure.splits.includes(by)) found.push(['by', known]);
  if (filters.some((each) => !figure.splits.includes(each))) found.push(['where', known]);
  if (figure.kind === 'today' && new Set([...filters, ...(by === null ? [] : [by])]).size > 1) {
    found.push(['where', `${name} can be split by only one of ${figure.splits.join(', ')}`]);
  }
  if (threshold === undefined && figure.unit !== 'yes_no') {
    found.push(['threshold', `${name} needs one (${figure.unit})`]);
  }
  if (clear !== null && threshold !== undefined) {
    const isBeyond = op === 'above' ? clear > threshold : clear < threshold;
    if (isBeyond) found.push(['clear', `must not be ${op} the threshold`]);
  }
  if (rule.percentile !== null && (figure.kind !== 'window' || figure.percentile === null)) {
    found.push(['percentile', `${name} has none`]);
  }
  if (rule.windowMs !== null && figure.kind !== 'window') {
    found.push(['windowMs', `${name} has none`]);
  }
  return found;
}

/** The rule with its figure's defaults filled in. */
function filled(rule: GivenRule) {
  const figure = figureOf(rule.figure);
  const isWindow = figure.kind === 'window';
  const threshold = rule.threshold ?? 0.5;
  return {
    ...rule,
    threshold,
    clear: rule.clear ?? threshold,
    percentile: isWindow ? (rule.percentile ?? figure.percentile) : null,
    windowMs: isWindow ? (rule.windowMs ?? DEFAULT_WINDOW_MS) : null,
  };
}

function wrongObject({ expected }: v.StrictObjectIssue, unknownField: string): string {
  if (expected === 'never') return unknownField;
  return expected === 'Object' ? 'must be an object' : 'is needed';
}
