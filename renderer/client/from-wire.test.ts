import { expect, it } from 'vitest';
import { toWire } from '../../shared/wire.ts';
import { SCENARIOS, scenario } from '../../tests/support/scenarios.ts';
import { fromWire } from './from-wire.ts';

it.each(SCENARIOS)('gives back the state that went over the wire: %s', (name) => {
  const snapshot = scenario(name, Date.now());
  const text = JSON.stringify(toWire(snapshot));
  expect(text).toContain('proxy_url');
  expect(fromWire(JSON.parse(text))).toEqual(snapshot);
});
