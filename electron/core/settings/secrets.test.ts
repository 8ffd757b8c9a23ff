import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS, settingsSchema } from '../../../shared/settings.ts';
import { HIDDEN, fromWirePatch, toWireSettings } from './secrets.ts';

const schema = v.object({
  camelName: v.optional(v.number(), 1),
  freeMap: v.optional(v.record(v.string(), v.string()), {}),
  nested: v.optional(
    v.nullable(v.object({ innerName: v.string(), headers: v.record(v.string(), v.string()) })),
    null,
  ),
  list: v.optional(
    v.array(
      v.variant('kind', [
        v.object({ kind: v.literal('a'), someMap: v.record(v.string(), v.number()) }),
        v.object({ kind: v.literal('b'), otherName: v.number() }),
      ]),
    ),
    [],
  ),
});

test('names of settings are converted, names chosen by users are not', () => {
  const settings = {
    camelName: 2,
    freeMap: { camelKey: 'x', snake_key: 'y', __proto: 'z' },
    nested: { innerName: 'n', headers: { 'X-Camel_Case': 'secret' } },
    list: [
      { kind: 'a', someMap: { keyOf_aMan: 1 } },
      { kind: 'b', otherName: 2 },
    ],
  };
  const wire = toWireSettings(schema, settings);
  expect(wire).toEqual({
    camel_name: 2,
    free_map: { camelKey: 'x', snake_key: 'y', __proto: 'z' },
    nested: { inner_name: 'n', headers: { 'X-Camel_Case': HIDDEN } },
    list: [
      { kind: 'a', some_map: { keyOf_aMan: 1 } },
      { kind: 'b', other_name: 2 },
    ],
  });
  const { nested, ...rest } = settings;
  const back = fromWirePatch(schema, wire as Record<string, unknown>);
  expect(back).toEqual({ ...rest, nested: { innerName: nested.innerName, headers: {} } });
});

test('a hidden secret is left out, another one is not', () => {
  const patch = {
    sinks: { postgres: { password: HIDDEN }, clickhouse: { password: 'new', url: 'http://x' } },
    otlp: { headers: { a_b: HIDDEN, c_d: 'new', e_f: null } },
  };
  expect(fromWirePatch(settingsSchema, patch)).toEqual({
    sinks: { postgres: {}, clickhouse: { password: 'new', url: 'http://x' } },
    otlp: { headers: { c_d: 'new', e_f: null } },
  });
});

test('names in camelCase are refused at any depth', () => {
  for (const patch of [
    { proxyPort: 1 },
    { retention: { maxBytes: 1 } },
    { upstreams: [{ exactUsage: true }] },
  ]) {
    expect(() => fromWirePatch(settingsSchema, patch)).toThrow(/there is no such setting; .*_/);
  }
});

test('the real settings have no names in camelCase, and can be converted back', () => {
  const wire = toWireSettings(settingsSchema, DEFAULT_SETTINGS) as Record<string, unknown>;
  const names = (node: unknown): string[] =>
    typeof node !== 'object' || node === null
      ? []
      : Object.entries(node).flatMap(([key, value]) => [key, ...names(value)]);
  expect(names(wire).filter((name) => /[A-Z]/.test(name))).toEqual([]);
  expect(fromWirePatch(settingsSchema, wire)).toEqual(DEFAULT_SETTINGS);
});
