import { describe, expect, it } from 'vitest';
import type { Observation, SensorTraits } from './observation.ts';
import { Sensor } from './sensor.ts';

const PLAIN: SensorTraits = { averagingMs: 0, counterRangeJoules: null };
const GAP_MS = 2_000;

interface Reading {
  readonly powerW?: number | null;
  readonly counterJoules?: number | null;
}

/** Reads every 200 ms. Returns what each reading says, and the sensor. */
function observe(
  readings: readonly Reading[],
  traits: SensorTraits = PLAIN,
): { sensor: Sensor; told: (readonly Observation[])[] } {
  const sensor = new Sensor();
  const told = readings.map(({ powerW = null, counterJoules = null }, i) =>
    sensor.observe({ at: i * 200, powerW, counterJoules, utilizationPercent: null }, traits, {
      isBusy: true,
      maxGapMs: GAP_MS,
    }),
  );
  return { sensor, told };
}

const wattsOf = (told: readonly (readonly Observation[])[]): number[] =>
  told.flat().map(({ watts }) => watts);

/** Readings whose counter grows by a constant power. */
function growing(count: number, watts: number, from = 0): Reading[] {
  return Array.from({ length: count }, (_, i) => ({
    powerW: 100,
    counterJoules: from + (watts * i) / 5,
  }));
}

describe('an energy counter', () => {
  it('counts before the power', () => {
    const { told } = observe(growing(3, 120));
    expect(told[2]).toEqual([{ from: 200, to: 400, watts: expect.closeTo(120, 6) }]);
  });

  it('that is updated less often than it is read covers the time since its last change', () => {
    const { told } = observe([
      { powerW: 100, counterJoules: 0 },
      { powerW: 100, counterJoules: 20 },
      { powerW: 100, counterJoules: 20 },
      { powerW: 100, counterJoules: 60 },
    ]);
    expect(told[2]).toEqual([]);
    expect(told[3]).toEqual([{ from: 200, to: 600, watts: 100 }]);
  });

  it('that stands still while the power is 0 agrees with it', () => {
    const { sensor, told } = observe(
      Array.from({ length: 8 }, () => ({ powerW: 0, counterJoules: 0 })),
    );
    expect(sensor.note).toBeNull();
    expect(wattsOf(told)).toContain(0);
  });

  it('has the range that the newest reading tells', () => {
    const sensor = new Sensor();
    const context = { isBusy: false, maxGapMs: GAP_MS };
    const at = (ms: number, counterJoules: number | null) => ({
      ...{ at: ms, powerW: null, counterJoules, utilizationPercent: null },
    });
    sensor.observe(at(0, null), PLAIN, context);
    sensor.observe(at(200, 65_530), { ...PLAIN, counterRangeJoules: 65_536 }, context);
    const told = sensor.observe(at(400, 14), { ...PLAIN, counterRangeJoules: 65_536 }, context);
    expect(told).toEqual([{ from: 200, to: 400, watts: expect.closeTo(100, 6) }]);
  });

  it('that stands still is noticed, and its time has the power instead of 0', () => {
    const frozen = Array.from({ length: 6 }, () => ({ powerW: 150, counterJoules: 80 }));
    const { sensor, told } = observe([...growing(5, 100), ...frozen]);
    expect(sensor.note?.code).toBe('counter_still');
    expect(wattsOf(told.slice(5)).every((watts) => watts === 150)).toBe(true);
    // No reading of the time in which it was awaited is lost.
    expect(wattsOf(told.slice(5))).toHaveLength(6);
  });

  it('that stands still says nothing if there is no power', () => {
    const frozen = Array.from({ length: 8 }, () => ({ counterJoules: 80 }));
    const { told } = observe(frozen);
    expect(told.flat()).toEqual([]);
  });

  it('that wraps goes on', () => {
    const range = 1_000;
    const { sensor, told } = observe(
      [976, 1_000, 24, 48].map((joules) => ({ powerW: 100, counterJoules: joules % range })),
      { averagingMs: 0, counterRangeJoules: range },
    );
    const watts = expect.closeTo(120, 6);
    expect(wattsOf(told.slice(1))).toEqual([watts, watts, watts]);
    expect(sensor.note).toBeNull();
  });

  it('that was reset has the power for this interval', () => {
    const readings = [...growing(3, 120, 5_000), ...growing(3, 120, 3)];
    const { sensor, told } = observe(readings);
    expect(told[3]).toEqual([{ from: 550, to: 600, watts: 100 }]);
    expect(wattsOf(told.slice(4))).toEqual([expect.closeTo(120, 6), expect.closeTo(120, 6)]);
    expect(sensor.note).toBeNull();
  });

  it('that disappears is noticed', () => {
    const { sensor, told } = observe([...growing(3, 120), { powerW: 90 }]);
    expect(told[3]).toEqual([{ from: 550, to: 600, watts: 90 }]);
    expect(sensor.note?.code).toBe('counter_gone');
  });

  it('that disagrees with the power under load is not used, until it agrees again', () => {
    const wrong = growing(40, 900);
    const right = growing(40, 100, wrong.at(-1)!.counterJoules!);
    expect(observe(wrong).sensor.note?.code).toBe('counter_disagrees');
    expect(wattsOf(observe(wrong).told.slice(-3))).toEqual([100, 100, 100]);
    expect(observe([...wrong, ...right]).sensor.note).toBeNull();
  });

  it('is used if the power is 0 under load, which is no measurement', () => {
    const readings = growing(40, 200).map((reading) => ({ ...reading, powerW: 0 }));
    const { sensor, told } = observe(readings);
    expect(sensor.note).toBeNull();
    expect(told.at(-1)![0]!.watts).toBeCloseTo(200, 6);
  });

  it('is not used across a gap', () => {
    const sensor = new Sensor();
    const reading = { powerW: 50, utilizationPercent: null };
    const context = { isBusy: true, maxGapMs: GAP_MS };
    sensor.observe({ at: 0, counterJoules: 0, ...reading }, PLAIN, context);
    const told = sensor.observe({ at: 60_000, counterJoules: 6_000, ...reading }, PLAIN, context);
    expect(told).toEqual([{ from: 59_950, to: 60_000, watts: 50 }]);
  });
});

describe('a power sensor', () => {
  it('that averages tells the mean of the window before', () => {
    const { told } = observe([{ powerW: 80 }], { averagingMs: 1_000, counterRangeJoules: null });
    expect(told).toEqual([[{ from: -1_000, to: 0, watts: 80 }]]);
  });

  it('that tells nothing is no observation', () => {
    expect(observe([{}, {}]).told.flat()).toEqual([]);
  });
});
