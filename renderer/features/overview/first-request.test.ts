import { expect, it } from 'vitest';
import { scenario } from '../../../tests/support/scenarios.ts';
import { firstRequest } from './first-request.ts';

const { totals, recent } = scenario('traffic', Date.UTC(2026, 10, 21)).state;

function after(requests: number): Parameters<typeof firstRequest>[0] {
  const all = { ...totals.ever.all, requests };
  return {
    totals: { ...totals, ever: { ...totals.ever, all } },
    recent: recent.slice(0, requests),
  };
}

it('is the oldest row while it is news, and then no more', () => {
  expect(firstRequest(after(0), true)).toBeNull();
  expect(firstRequest(after(1), false)?.id).toBe(recent[0]?.id);
  expect(firstRequest(after(3), true)?.id).toBe(recent[2]?.id);
  expect(firstRequest(after(3), false)).toBeNull();
  expect(firstRequest(after(21), true)).toBeNull();
});
