import { createTranslator } from 'use-intl';
import { describe, expect, it } from 'vitest';
import { scenario } from '../../../tests/support/scenarios.ts';
import { NO_PROGRESS } from '../../../shared/live-exchange.ts';
import type { LiveExchange, LiveProgress } from '../../../shared/live-exchange.ts';
import { en } from '../../../shared/messages/en/index.ts';
import { describeProgress, progressPercent } from './describe-progress.ts';

const text = createTranslator({ locale: 'en', messages: en, namespace: 'overview' });
const [decoding, prefilling] = scenario('traffic', 0).state.inFlight as [
  LiveExchange,
  LiveExchange,
];

function at(part: Partial<LiveProgress>): LiveExchange {
  return { ...decoding, progress: { ...NO_PROGRESS, ...part } };
}

describe('describeProgress', () => {
  it('tells how far a prompt is, how fast and how long still', () => {
    expect(describeProgress(prefilling, text)).toEqual([
      '≈62 % of 18.0k',
      '≈1,240 tok/s',
      '≈5 s left',
    ]);
    expect(progressPercent(prefilling)).toBe(62);
  });

  it('does not mark what the server reports', () => {
    const { prefill } = prefilling.progress;
    const reported = { ...prefill!, provenance: 'reported', remainingMs: null } as const;
    expect(describeProgress(at({ stage: 'prefill', prefill: reported }), text)).toEqual([
      '62 % of 18.0k',
      '1,240 tok/s',
    ]);
  });

  it('tells output, speed and context of an answer', () => {
    expect(describeProgress(decoding, text)).toEqual([
      '≈846 tokens',
      '≈72.4 tok/s',
      'context ≈9.12k of 131k',
    ]);
    expect(progressPercent(decoding)).toBeCloseTo(6.96, 2);
  });

  it('tells the place in the queue, and nothing that is not known', () => {
    expect(describeProgress(at({ stage: 'queued', queuePlace: 2 }), text)).toEqual([
      'place 2 in the queue',
    ]);
    expect(describeProgress(at({ stage: 'queued' }), text)).toEqual([]);
    expect(describeProgress({ ...at({ stage: 'prefill' }), inputTokens: null }, text)).toEqual([]);
    expect(progressPercent(at({ stage: 'decode', contextTokens: 5 }))).toBeNull();
  });
});
