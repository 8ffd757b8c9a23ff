import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { sentences as de } from '../../../shared/messages/de/sentences.ts';
import { sentences as zhCn } from '../../../shared/messages/zh-CN/sentences.ts';
import { plainWords } from '../../../shared/plain-words.ts';
import { englishOf, inEnglish, textOf } from '../../../shared/sentences.ts';
import type { Message, Sentence } from '../../../shared/sentences.ts';
import { settingsSchema } from '../../../shared/settings.ts';
import { badRequest } from './settings-errors.ts';
import { refusalIn, ruleIn } from './setting-rules.ts';

/** Every text that a schema gives for a wrong value. */
function messagesIn(schema: unknown, seen = new Set<unknown>()): string[] {
  if (typeof schema !== 'object' && typeof schema !== 'function') return [];
  if (schema === null || seen.has(schema)) return [];
  seen.add(schema);
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) =>
    key === 'message' && typeof value === 'string' ? [value] : messagesIn(value, seen),
  );
}

function coded(message: Message): Sentence {
  expect(message).toHaveProperty('code');
  return message as Sentence;
}

describe('a refusal of a schema', () => {
  const messages = [...new Set(messagesIn(settingsSchema))];

  it.each(messages)('has a code: %s', (message) => {
    const said = coded(ruleIn(message));
    expect(inEnglish(said)).toBe(message);
    expect(textOf(said, de)).not.toBe(message);
  });

  it.each([
    [v.string(), 1, 'rule_text'],
    [v.pipe(v.number(), v.integer()), 1.5, 'rule_whole'],
    [v.pipe(v.number(), v.minValue(3)), 1, 'rule_least'],
    [v.pipe(v.string(), v.maxLength(3)), 'four', 'rule_most_characters'],
    [v.pipe(v.array(v.string()), v.maxLength(1)), ['a', 'b'], 'rule_most_entries'],
    [v.picklist(['a', 'b']), 'c', 'rule_one_of'],
  ] as const)('in plain words has a code too', (schema, value, code) => {
    const { issues } = v.safeParse(schema, value, { message: plainWords });
    expect(coded(ruleIn(issues?.[0].message ?? '')).code).toBe(code);
  });

  it('keeps its values', () => {
    expect(ruleIn('must be at most 100 rules')).toEqual({
      code: 'rule_most_rules',
      params: { limit: '100' },
    });
    expect(ruleIn('another rule is called "a: b" too')).toMatchObject({ params: { name: 'a: b' } });
  });

  it('that is none of ours stays as it is', () => {
    expect(ruleIn('words of another')).toBe('words of another');
    expect(englishOf(refusalIn('upstreams.0.url: words'))).toBe('upstreams.0.url: words');
  });
});

it('names all settings that are refused, in any language', () => {
  const { message, said } = badRequest('bind: must be text', 'cost.currency: is needed');
  expect(message).toBe('bind: must be text; cost.currency: is needed.');
  // The window finds the settings in the line of any language.
  expect(said && textOf(said, zhCn)).toBe('bind: 必须是文本; cost.currency: 必须填写.');
  expect(said && textOf(said, de)).toBe('bind: muss Text sein; cost.currency: wird gebraucht.');
});
