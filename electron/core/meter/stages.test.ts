import { describe, expect, it } from 'vitest';
import { Stages } from './stages.ts';
import type { StageSigns } from './stages.ts';

const SENT: StageSigns = {
  firstContentAt: null,
  reportedAt: null,
  sentAt: 110,
  listed: null,
  isMissing: false,
  isBehind: false,
  hasUsualRate: false,
};

function stages(...signs: (Partial<StageSigns> & { readonly now: number })[]): Stages {
  const all = new Stages(100);
  for (const { now, ...each } of signs) all.note({ ...SENT, ...each }, now);
  return all;
}

describe('the stage of an exchange', () => {
  it.each([
    ['queued', { sentAt: null, listed: 'loaded' }],
    ['queued', {}],
    ['queued', { listed: 'loaded', isBehind: true }],
    ['loading', { isMissing: true }],
    ['loading', { listed: 'loading' }],
    ['prefill', { listed: 'loaded' }],
    ['prefill', { hasUsualRate: true }],
  ] as const)('is %s, as an estimate, for %j', (stage, signs) => {
    expect(stages({ ...signs, now: 200 })).toMatchObject({ stage, isEstimated: true });
  });

  it('is known from a report of the server, and from content', () => {
    const prefill = stages({ isBehind: true, reportedAt: 150, now: 200 });
    expect(prefill).toMatchObject({ stage: 'prefill', isEstimated: false });
    const decode = stages({ isMissing: true, firstContentAt: 150, now: 200 });
    expect(decode).toMatchObject({ stage: 'decode', isEstimated: false });
  });

  it('has the moments at which each began', () => {
    const { all } = stages(
      { sentAt: null, now: 105 },
      { isMissing: true, now: 120 },
      { listed: 'loaded', now: 300 },
      { reportedAt: 320, now: 330 },
      { firstContentAt: 400, now: 500 },
    );
    expect(all).toEqual([
      { stage: 'queued', at: 100 },
      { stage: 'loading', at: 120 },
      { stage: 'prefill', at: 300 },
      { stage: 'decode', at: 400 },
    ]);
  });

  it('never goes back', () => {
    expect(stages({ listed: 'loaded', now: 120 }, { isMissing: true, now: 130 }).stage).toBe(
      'prefill',
    );
  });

  it('includes the prefill of an answer that came before anyone looked', () => {
    const { all } = stages({ listed: 'loaded', firstContentAt: 150, now: 160 });
    expect(all.map(({ stage, at }) => [stage, at])).toEqual([
      ['queued', 100],
      ['prefill', 110],
      ['decode', 150],
    ]);
    // It may have waited for the other request.
    const behind = stages({ listed: 'loaded', isBehind: true, firstContentAt: 150, now: 160 });
    expect(behind.all.map(({ stage }) => stage)).toEqual(['queued', 'decode']);
  });
});
