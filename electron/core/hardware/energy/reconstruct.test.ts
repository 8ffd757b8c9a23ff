import { describe, expect, it } from 'vitest';
import { BIN_MS } from './observation.ts';
import type { Observation } from './observation.ts';
import { reconstruct } from './reconstruct.ts';

const BINS = 120;

/** A square wave: `high` from `from` to `to` (milliseconds), else `low`. */
function wave(low: number, high: number, from: number, to: number): Float64Array {
  return Float64Array.from({ length: BINS }, (_, i) =>
    i * BIN_MS >= from && i * BIN_MS < to ? high : low,
  );
}

/** The means over `ms` that end every `everyMs`. */
function means(power: Float64Array, ms: number, everyMs: number): Observation[] {
  const told: Observation[] = [];
  for (let to = ms; to <= BINS * BIN_MS; to += everyMs) {
    const window = power.subarray((to - ms) / BIN_MS, to / BIN_MS);
    told.push({ from: to - ms, to, watts: window.reduce((sum, w) => sum + w, 0) / window.length });
  }
  return told;
}

function ask(observations: readonly Observation[], busy: Float64Array): Float64Array {
  return reconstruct({ start: 0, busy, decided: [], observations, idleW: null, maxGapMs: 1_000 });
}

function joules(power: Float64Array, from: number, to: number): number {
  return power.subarray(from / BIN_MS, to / BIN_MS).reduce((sum, w) => sum + w * BIN_MS, 0) / 1_000;
}

describe('power over time', () => {
  it('of a load of half a second is recovered from a mean over one second', () => {
    const truth = wave(20, 400, 3_000, 3_500);
    const busy = wave(0, 1, 3_000, 3_500);
    const power = ask(means(truth, 1_000, 200), busy);
    expect(joules(power, 3_000, 3_500)).toBeGreaterThan(200 * 0.95);
    expect(joules(power, 3_000, 3_500)).toBeLessThan(200 * 1.05);
    expect(joules(power, 0, 6_000)).toBeCloseTo(joules(truth, 0, 6_000), -1);
  });

  it('of a counter is exact in each interval, and placed where something ran', () => {
    const truth = wave(20, 400, 3_050, 3_550);
    const busy = wave(0, 1, 3_050, 3_550);
    const power = ask(means(truth, 200, 200), busy);
    for (let at = 0; at < 6_000; at += 200) {
      expect(joules(power, at, at + 200)).toBeCloseTo(joules(truth, at, at + 200), 6);
    }
    expect(joules(power, 3_050, 3_550)).toBeCloseTo(200, 0);
  });

  it('follows a load that the exchanges do not explain', () => {
    const truth = wave(20, 300, 2_000, 4_000);
    const power = ask(means(truth, 1_000, 200), new Float64Array(BINS));
    expect(joules(power, 2_000, 4_000)).toBeGreaterThan(600 * 0.85);
  });

  it('is a line between two readings, and not across the start of activity', () => {
    const busy = wave(0, 1, 1_000, 6_000);
    const at = (moment: number, watts: number): Observation => ({
      from: moment,
      to: moment + BIN_MS,
      watts,
    });
    const power = ask([at(500, 20), at(1_500, 100), at(2_500, 200)], busy);
    expect(power[15]).toBeCloseTo(20, 6);
    expect(power[22]).toBeCloseTo(100, 6);
    expect(power[40]).toBeCloseTo(150, 6);
  });

  it('is unknown far from any reading', () => {
    const busy = new Float64Array(BINS);
    const power = ask(
      [
        { from: 0, to: 50, watts: 20 },
        { from: 4_000, to: 4_050, watts: 20 },
      ],
      busy,
    );
    expect(power[40]).toBeNaN();
    expect(power.filter((watts) => watts === 0)).toHaveLength(0);
  });

  it('that is decided stays, and the rest of its observation goes to the others', () => {
    const power = reconstruct({
      start: 0,
      busy: new Float64Array(4),
      decided: [300, 300],
      observations: [{ from: 0, to: 200, watts: 200 }],
      idleW: null,
      maxGapMs: 1_000,
    });
    expect([...power]).toEqual([300, 300, expect.closeTo(100, 6), expect.closeTo(100, 6)]);
  });
});
