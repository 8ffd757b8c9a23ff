import { createTranslator } from 'use-intl';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { alertRuleSchema } from '../../../shared/alerts.ts';
import type { AlertRuleInput } from '../../../shared/alerts.ts';
import { de } from '../../../shared/messages/de/index.ts';
import { en } from '../../../shared/messages/en/index.ts';
import { textOf } from '../../../shared/sentences.ts';
import { describeRule } from './describe-rule.ts';

function described(rule: Omit<AlertRuleInput, 'name'>, messages: typeof en | typeof de = en) {
  const locale = messages === en ? 'en' : 'de';
  const of = { locale, messages: messages as typeof en } as const;
  return describeRule(v.parse(alertRuleSchema, { name: 'any', ...rule }), {
    word: createTranslator({ ...of, namespace: 'alerts.word' }),
    split: createTranslator({ ...of, namespace: 'alerts.split' }),
    say: (said, english) => (said ? (textOf(said, messages.sentences) ?? english) : english),
  });
}

const SLOW = { figure: 'latency_ms', threshold: 30_000, forMs: 300_000, by: 'model' } as const;

describe('a rule in words', () => {
  it('names the figure, the threshold with its unit, the duration and who it is about', () => {
    expect(described(SLOW)).toBe('Latency (p95) above 30.0 s for 5 min, each model');
    expect(
      described({
        figure: 'output_speed',
        op: 'below',
        threshold: 20,
        where: { model: 'qwen3:8b' },
      }),
    ).toBe('Generation speed (p50) below 20.0 tok/s, qwen3:8b');
  });

  it('is in the language of the window', () => {
    expect(described(SLOW, de)).toBe('Latenz (p95) über 30.0 s 5 min lang, je Modell');
  });
});
