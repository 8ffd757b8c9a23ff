import { expect, it } from 'vitest';
import { SCENARIOS, scenario } from '../tests/support/scenarios.ts';
import { fromWire, toWire } from './wire.ts';

it.each(SCENARIOS)('gives back the state that went over the wire: %s', (name) => {
  const snapshot = scenario(name, Date.now());
  const text = JSON.stringify(toWire(snapshot));
  expect(text).toContain('proxy_url');
  expect(fromWire(JSON.parse(text))).toEqual(snapshot);
});

it('converts the same key in both directions again and again, and no prototype', () => {
  const wire = { input_tokens: 1, parts: [{ input_tokens: null }] };
  for (const _ of [1, 2]) {
    expect(fromWire(wire)).toEqual({ inputTokens: 1, parts: [{ inputTokens: null }] });
    expect(toWire(fromWire(wire))).toEqual(wire);
  }
  const hostile: unknown = JSON.parse('{"__proto__":{"is_admin":true}}');
  expect(Reflect.get(fromWire(hostile) as object, 'isAdmin')).toBeUndefined();
});
