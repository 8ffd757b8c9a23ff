/** A rule while it is edited. It may contradict itself; the core tells when it is saved. */
import type { Split, Unit } from '../../../shared/alert-figure-kinds.ts';
import { figureOf } from '../../../shared/alert-figures.ts';
import type { FigureName } from '../../../shared/alert-figures.ts';
import type { AlertRule, AlertRuleInput } from '../../../shared/alerts.ts';
import {
  celsiusOfShown,
  degreeSign,
  shownTemperature,
} from '../../../shared/format-temperature.ts';

const DEFAULT_WINDOW_MS = 300_000;

/** A null `threshold` is a missing one; a null `clear` is the threshold. */
export interface RuleDraft extends Omit<AlertRule, 'threshold' | 'clear' | 'where'> {
  readonly threshold: number | null;
  readonly clear: number | null;
  readonly where: Readonly<Partial<Record<Split, string>>>;
}

/** Whose figure a rule watches: everything together, each name of a dimension, or one name. */
export type Scope = 'all' | `each:${Split}` | `only:${Split}`;

/** What a new threshold starts with, in the figure's unit. */
const START: Readonly<Record<Unit, number | null>> = {
  percent: 90,
  per_minute: 10,
  ms: 10_000,
  tokens_per_second: 10,
  tokens: 1_000_000,
  watt_hours: 1_000,
  joules_per_token: 10,
  celsius: 85,
  watts: 300,
  count: 10,
  yes_no: null,
};

export function draftOf({ threshold, clear, where, ...rest }: AlertRule): RuleDraft {
  const named = Object.entries(where).filter(([, name]) => name !== undefined);
  return {
    ...rest,
    threshold,
    clear: clear === threshold ? null : clear,
    where: Object.fromEntries(named),
  };
}

/** The rule for the core, without what is its figure's default, so that the file stays short. */
export function inputOf(draft: RuleDraft): AlertRuleInput {
  const { name, figure, op, threshold, clear, percentile, windowMs, ...rest } = draft;
  const { minRequests, forMs, keepFiringMs, by, where, severity, enabled } = rest;
  const kind = figureOf(figure);
  const defaultPercentile = kind.kind === 'window' ? kind.percentile : null;
  return {
    name,
    figure,
    ...(op === 'above' ? {} : { op }),
    ...(threshold === null || kind.unit === 'yes_no' ? {} : { threshold }),
    ...(clear === null ? {} : { clear }),
    ...(percentile === defaultPercentile ? {} : { percentile }),
    ...(windowMs === null || windowMs === DEFAULT_WINDOW_MS ? {} : { windowMs }),
    ...(minRequests === 1 ? {} : { minRequests }),
    ...(forMs === 0 ? {} : { forMs }),
    ...(keepFiringMs === 0 ? {} : { keepFiringMs }),
    ...(by === null ? {} : { by }),
    ...(Object.keys(where).length === 0 ? {} : { where }),
    ...(severity === 'warning' ? {} : { severity }),
    ...(enabled ? {} : { enabled }),
  };
}

/** The draft with another figure. What that figure does not have goes; a threshold in another unit starts anew. */
export function withFigure(draft: RuleDraft, figure: FigureName): RuleDraft {
  const before = figureOf(draft.figure);
  const after = figureOf(figure);
  const isWindow = after.kind === 'window';
  const keepsUnit = before.unit === after.unit;
  const where = Object.entries(draft.where).filter(([split]) =>
    after.splits.includes(split as Split),
  );
  return {
    ...draft,
    figure,
    threshold: keepsUnit ? draft.threshold : START[after.unit],
    clear: keepsUnit ? draft.clear : null,
    percentile: isWindow ? after.percentile : null,
    windowMs: isWindow ? (draft.windowMs ?? DEFAULT_WINDOW_MS) : null,
    by: draft.by !== null && after.splits.includes(draft.by) ? draft.by : null,
    where: Object.fromEntries(where),
  };
}

export function scopeOf({ by, where }: RuleDraft): Scope {
  if (by !== null) return `each:${by}`;
  const [only, ...others] = Object.keys(where) as Split[];
  return only !== undefined && others.length === 0 ? `only:${only}` : 'all';
}

/** The scopes that the draft's figure has. */
export function scopesOf({ figure }: RuleDraft): readonly Scope[] {
  const { splits } = figureOf(figure);
  return [
    'all',
    ...splits.map((split): Scope => `each:${split}`),
    ...splits.map((split): Scope => `only:${split}`),
  ];
}

/** The draft with another scope. `firstName` is the name that "one" starts with, if any is known. */
export function withScope(
  draft: RuleDraft,
  scope: Scope,
  firstName: (split: Split) => string,
): RuleDraft {
  if (scope === 'all') return { ...draft, by: null, where: {} };
  const split = scope.slice(scope.indexOf(':') + 1) as Split;
  if (scope.startsWith('each:')) {
    const wasOne = scopeOf(draft).startsWith('only:');
    return { ...draft, by: split, where: wasOne ? {} : draft.where };
  }
  return { ...draft, by: null, where: { [split]: draft.where[split] ?? firstName(split) } };
}

/** The draft with a filter; an empty name removes it. */
export function withFilter(draft: RuleDraft, split: Split, name: string): RuleDraft {
  const others = Object.entries(draft.where).filter(([each]) => each !== split);
  const added = name.trim() === '' ? [] : [[split, name.trim()] as const];
  return { ...draft, where: Object.fromEntries([...others, ...added]) };
}

/** A rule to begin with. It is off until it says what is meant. */
export function blankRule(names: readonly string[], name: string): AlertRuleInput {
  return {
    name: freeName(names, name),
    figure: 'latency_ms',
    threshold: START.ms ?? 0,
    enabled: false,
  };
}

/** `name`, or with a number behind it that no other rule has. */
export function freeName(names: readonly string[], name: string): string {
  if (!names.includes(name)) return name;
  for (let number = 2; ; number += 1) {
    const numbered = `${name.slice(0, 74)} ${number}`;
    if (!names.includes(numbered)) return numbered;
  }
}

/** A value of the core in the unit that people write: times in seconds, temperatures as they read them. */
export function toWritten(unit: Unit, value: number | null): number | null {
  if (value === null) return null;
  // A written 186 °F is stored with six decimals, and comes back without its noise.
  if (unit === 'celsius') return Number(shownTemperature(value).toFixed(3));
  return unit === 'ms' ? value / 1_000 : value;
}

/** What was written, in the unit of the core, without the noise of floats: 0.07 s are 70 ms. */
export function fromWritten(unit: Unit, value: number | null): number | null {
  if (value === null) return null;
  const stored = unit === 'celsius' ? celsiusOfShown(value) : unit === 'ms' ? value * 1_000 : value;
  return Number(stored.toFixed(6));
}

/** The unit that people write. `words` has those that do not depend on what people read. */
export function writtenUnit(unit: Unit, words: (unit: Exclude<Unit, 'celsius'>) => string): string {
  return unit === 'celsius' ? degreeSign() : words(unit);
}

/** The place and the words of a refusal such as `rules.2.threshold: needs one`; null for another error. */
export function refusalOf(
  message: string,
): { readonly index: number; readonly reason: string } | null {
  const [, index, reason] = /^rules\.(\d+)\.?(.*)$/s.exec(message) ?? [];
  if (index === undefined || reason === undefined) return null;
  return { index: Number(index), reason: reason.replace(/^: /, '') };
}
