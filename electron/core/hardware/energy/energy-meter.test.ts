import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnergyAccount } from './energy-account.ts';
import { EnergyMeter } from './energy-meter.ts';
import type { EnergyReading } from './energy-meter.ts';
import type { WorkSource } from './exchange-work.ts';

const STREAM: WorkSource = {
  promptTokens: () => 1_000,
  promptRate: () => null,
  isStreamed: () => true,
};
const UNARY: WorkSource = { ...STREAM, isStreamed: () => false };

function reading(powerW: number | null, extra: Partial<EnergyReading> = {}): EnergyReading {
  return {
    device: 'gpu',
    traits: { averagingMs: 0, counterRangeJoules: null },
    powerW,
    counterJoules: null,
    utilizationPercent: null,
    ...extra,
  };
}

/** Reads the power at each step of `everyMs` up to `until`. */
function read(
  meter: EnergyMeter,
  [from, until]: readonly [number, number],
  power: (at: number) => number | null,
  { everyMs = 200, ...extra }: Partial<EnergyReading> & { everyMs?: number } = {},
): void {
  for (let at = from; at <= until; at += everyMs) {
    meter.onReadings([reading(power(at), extra)], at);
  }
}

describe('energy of an exchange', () => {
  it('is that of its own time, although the power has changed since the last reading', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 5_000], () => 20);
    const account = meter.begin(5_100, UNARY);
    read(meter, [5_200, 5_800], () => 400);
    // Holding the last reading from before the exchange would count 20 W until 5,200.
    expect(meter.end(account, 5_900)!.joules).toBeCloseTo(320, 6);
  });

  it('stays the same when the readings after its end come', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 5_000], () => 20);
    const account = meter.begin(5_100, UNARY);
    read(meter, [5_200, 5_800], () => 400);
    meter.end(account, 5_900);
    read(meter, [6_000, 9_000], () => 20);
    expect(account.figure()!.joules).toBeCloseTo(320, 6);
  });

  it('is summed over the devices that report power', () => {
    const meter = new EnergyMeter(0);
    for (let at = 0; at <= 3_000; at += 500) {
      const devices = [100, 50, null].map((watts, i) => reading(watts, { device: `gpu ${i}` }));
      meter.onReadings(devices, at);
    }
    const account = meter.begin(1_000, UNARY);
    const figure = meter.end(account, 3_000)!;
    expect(figure.joules).toBeCloseTo(300, 6);
    expect(figure.measured).toBeCloseTo(1, 6);
  });

  it('follows a ramp between readings', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY);
    read(meter, [0, 4_000], (at) => at / 10, { everyMs: 500 });
    expect(meter.end(account, 4_000)!.joules).toBeCloseTo(800, -1);
  });

  it('takes the window of an averaging sensor into account', () => {
    const meter = new EnergyMeter(0);
    const load = (at: number): number => (at >= 6_000 && at < 7_500 ? 1 : 0);
    // The mean over the last second of 20 W without load and 400 W with it.
    const mean = (at: number): number => {
      const loadedMs = Math.max(0, Math.min(at, 7_500) - Math.max(at - 1_000, 6_000));
      return 20 + (380 * loadedMs) / 1_000;
    };
    const traits = { averagingMs: 1_000, counterRangeJoules: null };
    read(meter, [0, 6_000], mean, { traits });
    const account = meter.begin(6_000, UNARY);
    read(meter, [6_200, 7_400], mean, { traits });
    const atEnd = meter.end(account, 7_500)!;
    read(meter, [7_600, 12_000], mean, { traits });
    expect(load(7_000)).toBe(1);
    expect(atEnd.joules / 600).toBeCloseTo(1, 1);
    expect(account.figure()!.joules / 600).toBeCloseTo(1, 1);
  });

  it('is unknown without readings, and never 0', () => {
    const meter = new EnergyMeter(0);
    expect(meter.end(meter.begin(0, UNARY), 1_000)).toBeNull();
    read(meter, [1_000, 2_000], () => null);
    expect(meter.end(meter.begin(1_000, UNARY), 2_000)).toBeNull();
  });

  it('is unknown if no reading falls into it and the power jumps at its start', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 4_000], () => 20, { everyMs: 2_000 });
    expect(meter.end(meter.begin(4_500, UNARY), 5_500)).toBeNull();
  });

  it('is zero for a device that draws nothing', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY);
    read(meter, [0, 1_000], () => 0);
    expect(meter.end(account, 1_000)!.joules).toBe(0);
  });
});

describe('a gap in the readings', () => {
  it('is not bridged, and the figure says how much was measured', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY);
    read(meter, [0, 5_000], () => 100);
    read(meter, [10_000, 15_000], () => 100);
    const figure = meter.end(account, 15_000)!;
    expect(figure.measured).toBeCloseTo(2 / 3, 1);
    expect(figure.joules).toBeCloseTo(figure.measured * 1_500, 6);
  });

  it('of one or two readings is bridged', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY);
    read(meter, [0, 5_000], () => 100);
    read(meter, [5_600, 10_000], () => 100);
    expect(meter.end(account, 10_000)).toMatchObject({ measured: expect.closeTo(1, 6) });
  });
});

describe('net energy', () => {
  it('is without the idle power, and unknown until that is learnt', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 1_000], () => 30);
    const early = meter.begin(1_000, UNARY);
    read(meter, [1_200, 2_000], () => 200);
    expect(meter.end(early, 2_000)!.netJoules).toBeNull();
    read(meter, [2_200, 20_000], () => 30);
    const late = meter.begin(20_100, UNARY);
    read(meter, [20_200, 22_000], () => 200);
    const figure = meter.end(late, 22_100)!;
    expect(figure.joules).toBeCloseTo(400, 4);
    expect(figure.netJoules).toBeCloseTo(340, 4);
  });
});

describe('exchanges at the same time', () => {
  /** Two streams, the first with three times the tokens of the second. */
  function twoStreams(): { first: EnergyAccount; second: EnergyAccount; meter: EnergyMeter } {
    const meter = new EnergyMeter(0);
    read(meter, [0, 1_000], () => 200);
    const first = meter.begin(1_000, STREAM);
    const second = meter.begin(1_000, STREAM);
    for (let at = 1_000; at <= 5_000; at += 100) {
      first.work.content(6, at);
      second.work.content(2, at);
      if (at % 200 === 0) meter.onReadings([reading(200)], at);
    }
    return { first, second, meter };
  }

  it('share the energy by the tokens that they generated', () => {
    const { first, second, meter } = twoStreams();
    const figures = [meter.end(first, 5_000)!.joules, meter.end(second, 5_000)!.joules];
    expect(figures[0]! + figures[1]!).toBeCloseTo(800, 4);
    expect(figures[0]! / figures[1]!).toBeCloseTo(3, 1);
  });

  it('have prefill and decode apart, which add up to the whole', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, STREAM);
    read(meter, [0, 1_000], () => 400);
    for (let at = 1_000; at <= 3_000; at += 50) {
      account.work.content(1, at);
      if (at % 200 === 0) meter.onReadings([reading(200)], at);
    }
    const { joules, prefillJoules, decodeJoules } = meter.end(account, 3_000)!;
    expect(prefillJoules! + decodeJoules!).toBeCloseTo(joules, 9);
    expect(prefillJoules! / joules).toBeCloseTo(0.5, 1);
  });

  it('have no phases if an answer came in one piece', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY);
    read(meter, [0, 1_000], () => 400);
    expect(meter.end(account, 1_000)).toMatchObject({ prefillJoules: null, decodeJoules: null });
  });
});

describe('conservation', () => {
  const exchange = fc.record({
    begin: fc.integer({ min: 0, max: 15_000 }),
    ms: fc.integer({ min: 1, max: 6_000 }),
    chunkMs: fc.integer({ min: 7, max: 400 }),
    isStreamed: fc.boolean(),
  });
  const powers = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 8, maxLength: 8 });

  it('attributed, idle and other energy add up to that of the device, whatever overlaps', () => {
    fc.assert(
      fc.property(fc.array(exchange, { maxLength: 12 }), powers, (exchanges, levels) => {
        const meter = new EnergyMeter(0);
        const accounts: EnergyAccount[] = [];
        const events = exchanges.flatMap((one, i) => eventsOf(one, i, meter, accounts));
        let joules = 0;
        for (let at = 0; at <= 30_000; at += 200) {
          joules += at === 0 ? 0 : (levels[Math.floor(at / 4_000)] ?? 0) * 0.2;
          events.push([at, readCounter(meter, at, joules)]);
        }
        for (const [, run] of events.sort(([a], [b]) => a - b)) run();
        const { attributed, idle, other } = meter.books;
        const figures = accounts.map((account) => account.figure()?.joules ?? 0);
        expect((attributed + idle + other) / settledJoules(levels)).toBeCloseTo(1, 3);
        expect(figures.reduce((sum, one) => sum + one, 0)).toBeCloseTo(attributed, 6);
      }),
      { numRuns: 25 },
    );
  }, 30_000);
});

interface RandomExchange {
  readonly begin: number;
  readonly ms: number;
  readonly chunkMs: number;
  readonly isStreamed: boolean;
}

type Event = [at: number, run: () => void];

function eventsOf(
  { begin, ms, chunkMs, isStreamed }: RandomExchange,
  index: number,
  meter: EnergyMeter,
  accounts: EnergyAccount[],
): Event[] {
  const source = { ...STREAM, isStreamed: () => isStreamed };
  const events: Event[] = [[begin, () => (accounts[index] = meter.begin(begin, source))]];
  for (let at = begin + chunkMs; at < begin + ms; at += chunkMs) {
    events.push([at, () => accounts[index]!.work.content(1, at)]);
  }
  return [...events, [begin + ms, () => meter.end(accounts[index]!, begin + ms)]];
}

function readCounter(meter: EnergyMeter, at: number, counterJoules: number): () => void {
  return () => meter.onReadings([reading(null, { counterJoules })], at);
}

/** Energy from the first reading to the moment that is settled at 30 s. */
function settledJoules(levels: readonly number[]): number {
  let joules = 0;
  for (let at = 200; at <= 28_000; at += 200) {
    joules += (levels[Math.floor(at / 4_000)] ?? 0) * 0.2;
  }
  return joules;
}
