import { expect, it } from 'vitest';
import { SCENARIOS, scenario } from '../tests/support/scenarios.ts';
import { fromWire, toWire } from './wire.ts';

it.each(SCENARIOS)('gives back the state that went over the wire: %s', (name) => {
  const snapshot = scenario(name, Date.now());
  const text = JSON.stringify(toWire(snapshot));
  expect(text).toContain('proxy_url');
  expect(fromWire(JSON.parse(text))).toEqual(snapshot);
});
