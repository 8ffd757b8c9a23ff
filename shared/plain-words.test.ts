import * as v from 'valibot';
import { expect, test } from 'vitest';
import { plainWords } from './plain-words.ts';
import { parseSettings } from './settings.ts';

const schema = v.strictObject({
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(5))),
  text: v.optional(v.nullable(v.pipe(v.string(), v.minLength(1), v.maxLength(3)))),
  flag: v.optional(v.boolean()),
  list: v.optional(v.pipe(v.array(v.string()), v.maxLength(1))),
  either: v.optional(v.union([v.string(), v.array(v.string())])),
  choice: v.optional(v.picklist(['one', 'two'])),
  yes: v.optional(v.literal(true)),
  kind: v.optional(v.variant('is', [v.object({ is: v.literal('a') })])),
  inner: v.optional(v.object({ needed: v.unknown() })),
});

test.each<[object | null, string]>([
  [null, 'must be an object'],
  [{ count: 'x' }, 'must be a number'],
  [{ count: 2.5 }, 'must be a whole number'],
  [{ count: 1 }, 'must be at least 2'],
  [{ count: 6 }, 'must be at most 5'],
  [{ text: 1 }, 'must be text'],
  [{ text: '' }, 'must not be empty'],
  [{ text: 'abcd' }, 'must have at most 3 characters'],
  [{ flag: 'true' }, 'must be true or false'],
  [{ list: 'x' }, 'must be a list'],
  [{ list: ['a', 'b'] }, 'must have at most 1 entries'],
  [{ either: 1 }, 'must be text or a list'],
  [{ choice: 'three' }, 'must be one of: one, two'],
  [{ yes: false }, 'must be true'],
  [{ kind: {} }, 'is needed'],
  [{ kind: { is: 'b' } }, 'must be a'],
  [{ inner: {} }, 'is needed'],
  [{ inner: [] }, 'is needed'],
  [{ other: 1 }, 'there is no such member'],
])('%j is explained in plain words', (value, words) => {
  const { issues } = v.safeParse(schema, value, { message: plainWords });
  expect(issues?.map(({ message }) => message)).toEqual([words]);
});

test('settings have at most one problem per field, and none repeats the value', () => {
  const password = 'never-shown';
  const result = parseSettings({
    apiPort: password,
    upstreams: [{ url: 'x' }],
    otlp: { url: password },
  });
  expect(result.ok).toBe(false);
  const problems = result.ok ? [] : result.problems;
  expect(problems.map((problem) => problem.split(':')[0])).toEqual([
    'upstreams.0.name',
    'upstreams.0.url',
    'apiPort',
    'otlp.url',
  ]);
  expect(problems).toContain('upstreams.0.name: is needed');
  expect(problems.join()).not.toContain(password);
  expect(parseSettings(null)).toEqual({ ok: false, problems: ['The settings: must be an object'] });
});
