import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { FIGURE_NAMES, figureOf } from '../../../../shared/alert-figures.ts';
import { alertRuleSchema } from '../../../../shared/alerts.ts';
import type { AlertRule, AlertRuleInput } from '../../../../shared/alerts.ts';
import { EXAMPLE_RULES } from '../../alerts/examples.ts';
import { rulesFile } from './alert-rules.ts';

interface File {
  readonly groups: readonly { readonly rules: readonly Record<string, unknown>[] }[];
}

function ruleOf(given: Omit<AlertRuleInput, 'name'> & { name?: string }): AlertRule {
  return v.parse(alertRuleSchema, { name: 'rule', ...given });
}

function written(...rules: AlertRule[]): readonly Record<string, unknown>[] {
  return (parse(rulesFile(rules)) as File).groups[0]?.rules ?? [];
}

describe('the rule file', () => {
  it('is the same as the example in the documentation', async () => {
    await expect(rulesFile(EXAMPLE_RULES)).toMatchFileSnapshot(
      '../../../../docs/prometheus-rules.yml',
    );
  });

  it('expresses the rule', () => {
    const [rule] = written(
      ruleOf({
        figure: 'latency_ms',
        threshold: 3_000,
        percentile: 99,
        by: 'model',
        where: { upstream: 'gpu "box"\n' },
        minRequests: 5,
        windowMs: 90_000,
        forMs: 1_500,
        keepFiringMs: 7_200_000,
        severity: 'critical',
      }),
    );
    const where = String.raw`{upstream="gpu \"box\"\n"}`;
    expect(rule).toEqual({
      alert: 'rule',
      expr: `1000 * histogram_quantile(0.99, sum by (le, model) (rate(tokwatt_request_duration_seconds_bucket${where}[90s]))) > 3000 and sum by (model) (increase(tokwatt_request_duration_seconds_count${where}[90s])) >= 5`,
      for: '1500ms',
      keep_firing_for: '2h',
      labels: { severity: 'critical' },
      annotations: { summary: expect.stringContaining('{{ $labels.model }}') },
    });
  });

  it('leaves out rules that the metrics cannot express, and names them', () => {
    const rules = [
      ruleOf({ name: 'budget', figure: 'tokens_today', threshold: 1 }),
      ruleOf({ name: 'key', figure: 'error_percent', threshold: 1, by: 'key' }),
      ruleOf({ name: 'app', figure: 'error_percent', threshold: 1, where: { client: 'x' } }),
      ruleOf({ name: 'hot', figure: 'gpu_temperature_celsius', threshold: 9, clear: 5 }),
    ];
    const text = rulesFile(rules);
    expect(text).toContain('# Left out: "budget", because /metrics does not have tokens_today.');
    expect(text).toContain(
      '# Left out: "key", because /metrics does not have error_percent by key.',
    );
    expect(text).toContain(
      '# Left out: "app", because /metrics does not have error_percent by client.',
    );
    expect(text).toContain('# "hot" is resolved at its threshold here, not at 5.');
    expect(written(...rules).map(({ alert }) => alert)).toEqual(['hot']);
  });

  it('selects a model by its canonical name, for any name in the rule', () => {
    const [any, plain] = written(
      ruleOf({ figure: 'errors_per_minute', threshold: 1, where: { model: 'a.b:latest' } }),
      ruleOf({ figure: 'errors_per_minute', threshold: 1, where: { model: 'a.b' } }),
    );
    expect(any?.expr).toContain(String.raw`model=~"a\\.b|a\\.b:latest"`);
    expect(plain?.expr).toContain('model="a.b"');
  });

  it('escapes templates in names', () => {
    const [rule] = written(
      ruleOf({ figure: 'error_percent', threshold: 1, where: { model: '{{ .X }}' } }),
    );
    expect(rule?.annotations).toEqual({
      summary: expect.stringContaining('model {{ "{{" }} .X }}'),
    });
  });

  it('covers each figure with a metric, with each of its splits', () => {
    const rules = FIGURE_NAMES.flatMap((figure) =>
      [null, ...figureOf(figure).splits].map((by) =>
        ruleOf({ name: `${figure} ${by ?? ''}`, figure, threshold: 1, by }),
      ),
    );
    const told = new Set(written(...rules).map(({ alert }) => String(alert).split(' ')[0]));
    expect(FIGURE_NAMES.filter((name) => !told.has(name))).toEqual([
      'output_tokens_per_second',
      'request_age_ms',
      'requests_today',
      'tokens_today',
      'input_tokens_today',
      'output_tokens_today',
      'energy_today_wh',
      'joules_per_token_today',
      'net_joules_per_token_today',
      'budget_used_percent',
      'ledger_degraded',
      'exporter_failing',
      'exporter_behind',
    ]);
  });
});
