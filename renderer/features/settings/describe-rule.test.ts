import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { alertRuleSchema } from '../../../shared/alerts.ts';
import type { AlertRuleInput } from '../../../shared/alerts.ts';
import { describeRule } from './describe-rule.ts';

function described(rule: Omit<AlertRuleInput, 'name'>): string {
  return describeRule(v.parse(alertRuleSchema, { name: 'any', ...rule }));
}

describe('a rule in words', () => {
  it('names the figure, the threshold with its unit, the duration and who it is about', () => {
    expect(
      described({ figure: 'latency_ms', threshold: 30_000, forMs: 300_000, by: 'model' }),
    ).toBe('Latency (p95) above 30.0 s for 5 min, each model');
    expect(
      described({
        figure: 'output_speed',
        op: 'below',
        threshold: 20,
        where: { model: 'qwen3:8b' },
      }),
    ).toBe('Generation speed (p50) below 20.0 tok/s, qwen3:8b');
  });
});
