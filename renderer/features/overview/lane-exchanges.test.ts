import { describe, expect, it } from 'vitest';
import { scenario } from '../../../tests/support/scenarios.ts';
import { finishedSegments, laneExchanges, rowIdOf } from './lane-exchanges.ts';

const NOW = 1_000_000;
const { recent, inFlight } = scenario('traffic', NOW).state;
const [row] = recent;

describe('finishedSegments', () => {
  const { timing } = row!;
  const of = (part: Partial<typeof timing>) =>
    finishedSegments({
      ...row!,
      startedAt: 0,
      timing: { ...timing, queueMs: null, timeToFirstTokenMs: null, durationMs: 1_000, ...part },
    });

  it('puts the phases in their order, up to the end', () => {
    expect(of({ queueMs: 100, loadMs: 300, timeToFirstTokenMs: 600 })).toEqual([
      { phase: 'queue', from: 0, to: 100 },
      { phase: 'load', from: 100, to: 400 },
      { phase: 'prefill', from: 400, to: 600 },
      { phase: 'decode', from: 600, to: 1_000 },
    ]);
  });

  it('takes the duration of the server where no first token was seen', () => {
    expect(of({ prefillMs: 250 })).toEqual([
      { phase: 'prefill', from: 0, to: 250 },
      { phase: 'decode', from: 250, to: 1_000 },
    ]);
  });

  it('never leaves the exchange, whatever the durations say', () => {
    expect(of({ queueMs: 5_000, loadMs: 5_000 })).toEqual([{ phase: 'queue', from: 0, to: 1_000 }]);
  });

  it('has no decode phase without output', () => {
    const usage = { ...row!.usage, outputTokens: 0 };
    const phases = finishedSegments({ ...row!, usage }).map(({ phase }) => phase);
    expect(phases).toEqual(['queue', 'prefill', 'prefill']);
  });
});

describe('laneExchanges', () => {
  it('has what ended after the start of the chart and what runs', () => {
    const lanes = laneExchanges(recent, inFlight, { from: NOW - 60_000, unnamed: 'no model' });
    expect(lanes.map(({ id }) => rowIdOf(id))).toEqual(['9', '8', '7', null, null]);
    expect(lanes[2]?.isFailed).toBe(true);
    expect(lanes[3]?.segments.map(({ phase, to }) => [phase, to])).toEqual([
      ['queue', NOW - 12_100],
      ['prefill', NOW - 9_300],
      ['decode', null],
    ]);
  });
});
