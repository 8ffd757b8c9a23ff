import * as v from 'valibot';
import { afterEach, describe, expect, it } from 'vitest';
import { FIGURE_NAMES, figureOf } from '../../../shared/alert-figures.ts';
import { alertRuleSchema } from '../../../shared/alerts.ts';
import type { AlertRuleInput } from '../../../shared/alerts.ts';
import { setFormatUnits } from '../../../shared/format-locale.ts';
import { DEFAULT_UNITS, unitsOfLocale } from '../../../shared/units.ts';
import { rowKeys } from './row-keys.ts';
import {
  blankRule,
  draftOf,
  freeName,
  fromWritten,
  inputOf,
  refusalOf,
  scopeOf,
  scopesOf,
  toWritten,
  withFigure,
  withFilter,
  withScope,
} from './rule-draft.ts';

const parse = (input: AlertRuleInput) => v.parse(alertRuleSchema, input);
const LATENCY = draftOf(parse({ name: 'Slow', figure: 'latency_ms', threshold: 3_000 }));

describe('a rule that is edited', () => {
  it.each<AlertRuleInput>([
    { name: 'a', figure: 'latency_ms', threshold: 3_000, forMs: 60_000, severity: 'critical' },
    { name: 'b', figure: 'gpu_temperature_celsius', threshold: 85, clear: 80, by: 'gpu' },
    { name: 'c', figure: 'upstream_down', where: { upstream: 'box' }, enabled: false },
    {
      name: 'd',
      figure: 'output_speed',
      op: 'below',
      threshold: 5,
      percentile: 10,
      windowMs: 9_000,
    },
    { name: 'e', figure: 'error_percent', threshold: 5, minRequests: 4, keepFiringMs: 1_000 },
  ])('is written as it was: $name', (input) => {
    expect(inputOf(draftOf(parse(input)))).toEqual(input);
  });

  it('is valid with every figure after every other', () => {
    for (const before of FIGURE_NAMES) {
      for (const scope of scopesOf(withFigure(LATENCY, before))) {
        const draft = withScope(withFigure(LATENCY, before), scope, () => 'x');
        expect(scopeOf(draft)).toBe(scope);
        for (const after of FIGURE_NAMES) {
          const next = parse(inputOf(withFigure(draft, after)));
          expect([next.figure, figureOf(after).unit === 'ms']).toEqual([
            after,
            next.threshold === 3_000 || next.threshold === 10_000,
          ]);
        }
      }
    }
  });

  it('keeps a threshold in the same unit, and starts anew in another', () => {
    expect(withFigure(LATENCY, 'first_token_ms').threshold).toBe(3_000);
    expect(withFigure(LATENCY, 'gpu_power_watts')).toMatchObject({
      threshold: 300,
      windowMs: null,
    });
    const withClear = { ...LATENCY, clear: 2_000 };
    expect(withFigure(withClear, 'gpu_power_watts').clear).toBeNull();
  });

  it('has filters beside what it is split by', () => {
    const each = withScope(LATENCY, 'each:model', () => '');
    const filtered = withFilter(each, 'upstream', ' box ');
    expect(filtered).toMatchObject({ by: 'model', where: { upstream: 'box' } });
    expect(scopeOf(filtered)).toBe('each:model');
    expect(withFilter(filtered, 'upstream', ' ').where).toEqual({});
    expect(withScope(filtered, 'all', () => '')).toMatchObject({ by: null, where: {} });
  });

  it('leaves a missing threshold and an empty name to the core', () => {
    const draft = withScope({ ...LATENCY, threshold: null }, 'only:model', () => '');
    const result = v.safeParse(alertRuleSchema, inputOf(draft));
    expect(result.issues?.length).toBeGreaterThan(0);
    expect(inputOf(draft)).not.toHaveProperty('threshold');
  });
});

it('names of new rules are free', () => {
  expect(freeName(['a'], 'b')).toBe('b');
  expect(freeName(['a', 'a 2'], 'a')).toBe('a 3');
  expect(freeName(['x'.repeat(80)], 'x'.repeat(80)).length).toBeLessThanOrEqual(80);
  expect(parse(blankRule(['New rule'], 'New rule'))).toMatchObject({
    name: 'New rule 2',
    enabled: false,
  });
});

it('a refusal tells its rule and the reason', () => {
  expect(refusalOf('rules.2.threshold: latency_ms needs one (ms)')).toEqual({
    index: 2,
    reason: 'threshold: latency_ms needs one (ms)',
  });
  expect(refusalOf('rules: must be a list of rules')).toBeNull();
  expect(refusalOf('Tokwatt does not answer; is it running?')).toBeNull();
});

it('times are written in seconds, and stored without the noise of floats', () => {
  expect(fromWritten('ms', 0.07)).toBe(70);
  expect(fromWritten('ms', 1.001)).toBe(1001);
  expect(fromWritten('percent', 90.5)).toBe(90.5);
  expect(fromWritten('ms', null)).toBeNull();
});

it('a renamed row keeps its key, also beside a new row with its old name', () => {
  const renamed = new Map([['b', 'a']]);
  expect(rowKeys(['a', 'c'], renamed)).toEqual(['a', 'c']);
  expect(rowKeys(['b', 'c'], renamed)).toEqual(['a', 'c']);
  const [first, , added] = rowKeys(['b', 'c', 'a'], renamed);
  expect(first).toBe('a');
  expect(added).not.toBe('a');
});

describe('a temperature', () => {
  afterEach(() => setFormatUnits(DEFAULT_UNITS));

  it('is written in the unit that people read, and stored in degrees Celsius', () => {
    expect([toWritten('celsius', 85), fromWritten('celsius', 85)]).toEqual([85, 85]);
    setFormatUnits(unitsOfLocale('en-US'));
    expect(toWritten('celsius', 85)).toBe(185);
    expect(fromWritten('celsius', 185)).toBe(85);
    for (const written of [186, 151.5, -40]) {
      expect(toWritten('celsius', fromWritten('celsius', written))).toBe(written);
    }
    expect(fromWritten('watts', 300)).toBe(300);
  });
});
