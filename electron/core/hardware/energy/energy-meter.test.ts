import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnergyAccount, EnergyFigure } from './energy-account.ts';
import { EnergyMeter } from './energy-meter.ts';
import type { EnergyReading } from './energy-meter.ts';
import type { WorkSource } from './exchange-work.ts';

const STREAM: WorkSource = {
  promptTokens: () => 1_000,
  promptRate: () => null,
  prefillMs: () => null,
  isStreamed: () => true,
};
const UNARY: WorkSource = { ...STREAM, isStreamed: () => false };

const ignored = (): void => undefined;

/** The energy of an exchange that ends, from the readings so far. */
function ended(meter: EnergyMeter, account: EnergyAccount, at: number): EnergyFigure | null {
  meter.end(account, at);
  meter.finish(at);
  return account.figure();
}

function reading(powerW: number | null, extra: Partial<EnergyReading> = {}): EnergyReading {
  return {
    device: 'gpu',
    traits: { averagingMs: 0, counterRangeJoules: null },
    powerW,
    counterJoules: null,
    utilizationPercent: null,
    otherShare: null,
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
    const account = meter.begin(5_100, UNARY, ignored);
    read(meter, [5_200, 5_800], () => 400);
    // Holding the last reading from before the exchange would count 20 W until 5,200.
    expect(ended(meter, account, 5_900)!.joules).toBeCloseTo(320, 6);
  });

  it('is reported once, when no later reading can change it', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 5_000], () => 20);
    const figures: (EnergyFigure | null)[] = [];
    const account = meter.begin(5_100, UNARY, (figure) => figures.push(figure));
    read(meter, [5_200, 5_800], () => 400);
    expect(meter.end(account, 5_900)).toBe(true);
    read(meter, [6_000, 7_400], () => 20);
    expect(figures).toEqual([]);
    read(meter, [7_600, 12_000], () => 20);
    expect(figures).toEqual([expect.objectContaining({ joules: expect.closeTo(320, 6) })]);
  });

  it('is reported after some seconds if no readings come any more', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 5_000], () => 200);
    const figures: (EnergyFigure | null)[] = [];
    const account = meter.begin(4_000, UNARY, (figure) => figures.push(figure));
    meter.end(account, 7_000);
    meter.advance(7_500);
    expect(figures).toEqual([]);
    meter.advance(12_000);
    expect(figures).toEqual([expect.objectContaining({ measured: expect.closeTo(1 / 3, 1) })]);
  });

  it('is not reported without a device', () => {
    const meter = new EnergyMeter(0);
    expect(meter.end(meter.begin(0, UNARY, ignored), 1_000)).toBe(false);
  });

  it('is summed over the devices that report power', () => {
    const meter = new EnergyMeter(0);
    for (let at = 0; at <= 3_000; at += 500) {
      const devices = [100, 50, null].map((watts, i) => reading(watts, { device: `gpu ${i}` }));
      meter.onReadings(devices, at);
    }
    const account = meter.begin(1_000, UNARY, ignored);
    const figure = ended(meter, account, 3_000)!;
    expect(figure.joules).toBeCloseTo(300, 6);
    expect(figure.measured).toBeCloseTo(1, 6);
  });

  it('follows a ramp between readings', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 1_000], (at) => at / 10);
    const account = meter.begin(1_000, UNARY, ignored);
    read(meter, [1_200, 3_000], (at) => at / 10);
    // The sensor's value belongs to the 50 ms before the reading.
    expect(ended(meter, account, 3_000)!.joules / 400).toBeCloseTo(1.01, 1);
  });

  it('takes the window of an averaging sensor into account', () => {
    const meter = new EnergyMeter(0);
    // The mean over the last second of 20 W without load and 400 W with it.
    const mean = (at: number): number => {
      const loadedMs = Math.max(0, Math.min(at, 7_500) - Math.max(at - 1_000, 6_000));
      return 20 + (380 * loadedMs) / 1_000;
    };
    const traits = { averagingMs: 1_000, counterRangeJoules: null };
    read(meter, [0, 6_000], mean, { traits });
    const account = meter.begin(6_000, UNARY, ignored);
    read(meter, [6_200, 7_400], mean, { traits });
    meter.end(account, 7_500);
    read(meter, [7_600, 12_000], mean, { traits });
    expect(account.figure()!.joules / 600).toBeCloseTo(1, 1);
  });

  it('is unknown without readings, and never 0', () => {
    const meter = new EnergyMeter(0);
    expect(ended(meter, meter.begin(0, UNARY, ignored), 1_000)).toBeNull();
    read(meter, [1_000, 2_000], () => null);
    expect(ended(meter, meter.begin(1_000, UNARY, ignored), 2_000)).toBeNull();
  });

  it('is unknown if no reading falls into it and the power jumps at its start', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 4_000], () => 20, { everyMs: 2_000 });
    expect(ended(meter, meter.begin(4_500, UNARY, ignored), 5_500)).toBeNull();
  });

  it('is zero for a device that draws nothing', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY, ignored);
    read(meter, [0, 1_000], () => 0);
    expect(ended(meter, account, 1_000)!.joules).toBe(0);
  });
});

describe('a gap in the readings', () => {
  it('is not bridged, and the figure says how much was measured', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY, ignored);
    read(meter, [0, 5_000], () => 100);
    read(meter, [10_000, 15_000], () => 100);
    const figure = ended(meter, account, 15_000)!;
    expect(figure.measured).toBeCloseTo(2 / 3, 1);
    expect(figure.joules).toBeCloseTo(figure.measured * 1_500, 6);
  });

  it('of one or two readings is bridged', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY, ignored);
    read(meter, [0, 5_000], () => 100);
    read(meter, [5_600, 10_000], () => 100);
    expect(ended(meter, account, 10_000)).toMatchObject({ measured: expect.closeTo(1, 6) });
  });
});

describe('net energy', () => {
  it('is without the idle power, and unknown until that is learnt', () => {
    const meter = new EnergyMeter(0);
    read(meter, [0, 1_000], () => 30);
    const early = meter.begin(1_000, UNARY, ignored);
    read(meter, [1_200, 2_000], () => 200);
    expect(ended(meter, early, 2_000)!.netJoules).toBeNull();
    read(meter, [2_200, 20_000], () => 30);
    const late = meter.begin(20_100, UNARY, ignored);
    read(meter, [20_200, 22_000], () => 200);
    const figure = ended(meter, late, 22_100)!;
    expect(figure.joules).toBeCloseTo(400, 4);
    expect(figure.netJoules).toBeCloseTo(340, 4);
  });
});

describe('exchanges at the same time', () => {
  /** Two streams, the first with three times the tokens of the second. */
  function twoStreams(): { first: EnergyAccount; second: EnergyAccount; meter: EnergyMeter } {
    const meter = new EnergyMeter(0);
    read(meter, [0, 1_000], () => 200);
    const first = meter.begin(1_000, STREAM, ignored);
    const second = meter.begin(1_000, STREAM, ignored);
    for (let at = 1_000; at <= 5_000; at += 100) {
      first.work.content(6, at);
      second.work.content(2, at);
      if (at % 200 === 0) meter.onReadings([reading(200)], at);
    }
    return { first, second, meter };
  }

  it('share the energy by the tokens that they generated', () => {
    const { first, second, meter } = twoStreams();
    for (const account of [first, second]) meter.end(account, 5_000);
    meter.finish(5_000);
    const figures = [first.figure()!.joules, second.figure()!.joules];
    expect(figures[0]! + figures[1]!).toBeCloseTo(800, 4);
    expect(figures[0]! / figures[1]!).toBeCloseTo(3, 1);
  });

  it('have prefill and decode apart, which add up to the whole', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, STREAM, ignored);
    read(meter, [0, 1_000], () => 400);
    for (let at = 1_000; at <= 3_000; at += 50) {
      account.work.content(1, at);
      if (at % 200 === 0) meter.onReadings([reading(200)], at);
    }
    const { joules, prefillJoules, decodeJoules } = ended(meter, account, 3_000)!;
    expect(prefillJoules! + decodeJoules!).toBeCloseTo(joules, 9);
    expect(prefillJoules! / joules).toBeCloseTo(0.5, 1);
  });

  it('have no phases if an answer came in one piece', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(0, UNARY, ignored);
    read(meter, [0, 1_000], () => 400);
    expect(ended(meter, account, 1_000)).toMatchObject({ prefillJoules: null, decodeJoules: null });
  });
});

describe('conservation', () => {
  const exchange = fc.record({
    begin: fc.integer({ min: 0, max: 15_000 }),
    ms: fc.integer({ min: 1, max: 6_000 }),
    chunkMs: fc.integer({ min: 7, max: 400 }),
    isStreamed: fc.boolean(),
  });
  const levelOf = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(value, { minLength: 8, maxLength: 8 });
  const powers = levelOf(fc.integer({ min: 1, max: 600 }));
  const others = levelOf(fc.option(fc.double({ min: 0, max: 1, noNaN: true })));

  it('attributed, idle and other energy add up to that of the device, whatever overlaps', () => {
    fc.assert(
      fc.property(
        fc.array(exchange, { maxLength: 12 }),
        powers,
        others,
        (exchanges, levels, share) => {
          const meter = new EnergyMeter(0);
          const accounts: EnergyAccount[] = [];
          const events = exchanges.flatMap((one, i) => eventsOf(one, i, meter, accounts));
          let joules = 0;
          for (let at = 0; at <= 30_000; at += 200) {
            joules += at === 0 ? 0 : (levels[Math.floor(at / 4_000)] ?? 0) * 0.2;
            const otherShare = share[Math.floor(at / 4_000)] ?? null;
            events.push([at, readCounter(meter, at, joules, otherShare)]);
          }
          for (const [, run] of events.sort(([a], [b]) => a - b)) run();
          const { attributed, idle, other, measuredMs } = meter.books[0]!;
          const figures = accounts.map((account) => account.figure()?.joules ?? 0);
          expect(Math.min(attributed, idle, other)).toBeGreaterThanOrEqual(0);
          expect(measuredMs).toBeGreaterThan(27_000);
          expect((attributed + idle + other) / settledJoules(levels, measuredMs)).toBeCloseTo(1, 3);
          expect(figures.reduce((sum, one) => sum + one, 0)).toBeCloseTo(attributed, 6);
        },
      ),
      { numRuns: 25 },
    );
  }, 30_000);
});

describe('idle power', () => {
  it('is not learnt from bursts of another program, however short', () => {
    const meter = new EnergyMeter(0);
    const isBurst = (at: number): boolean => at >= 20_000 && at % 5_000 < 2_000;
    for (let at = 0; at <= 60_000; at += 200) {
      const [powerW, utilizationPercent] = isBurst(at - 200) ? [250, 95] : [50, 0];
      meter.onReadings([reading(powerW, { utilizationPercent })], at);
    }
    expect(meter.baselines[0]!.idleWatts).toBeCloseTo(50, 0);
    const [books] = meter.books;
    expect(books!.other).toBeGreaterThan(200 * 2 * 7);
  });
});

describe('the books of a device', () => {
  it('have the energy that a loaded model costs while it waits', () => {
    const meter = new EnergyMeter(0);
    meter.noteModels(false);
    read(meter, [0, 10_000], () => 12);
    meter.noteModels(true);
    read(meter, [10_200, 40_000], () => 40);
    const [books] = meter.books;
    expect(meter.baselines[0]!.phantomWatts).toBeCloseTo(28, 0);
    // Until the power with a model is known, its phantom load is not.
    const seconds = books!.phantom! / 28;
    expect(seconds).toBeGreaterThan(20);
    expect(seconds).toBeLessThan(28);
    expect(books!.idle).toBeGreaterThan(books!.phantom!);
  });

  it('are apart for each device', () => {
    const meter = new EnergyMeter(0);
    const account = meter.begin(1_000, UNARY, ignored);
    for (let at = 0; at <= 4_000; at += 200) {
      meter.onReadings([reading(100), reading(50, { device: 'second' })], at);
    }
    ended(meter, account, 4_000);
    const [first, second] = meter.books;
    expect([first!.device, second!.device]).toEqual(['gpu', 'second']);
    expect(first!.attributed / second!.attributed).toBeCloseTo(2, 6);
  });
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
  const events: Event[] = [[begin, () => (accounts[index] = meter.begin(begin, source, ignored))]];
  for (let at = begin + chunkMs; at < begin + ms; at += chunkMs) {
    events.push([at, () => accounts[index]!.work.content(1, at)]);
  }
  return [...events, [begin + ms, () => meter.end(accounts[index]!, begin + ms)]];
}

function readCounter(
  meter: EnergyMeter,
  at: number,
  counterJoules: number,
  otherShare: number | null,
): () => void {
  return () => meter.onReadings([reading(null, { counterJoules, otherShare })], at);
}

/** Energy from the first reading to a moment, if each reading has the power since the last one. */
function settledJoules(levels: readonly number[], until: number): number {
  let joules = 0;
  for (let at = 50; at <= until; at += 50) {
    const read = Math.ceil(at / 200) * 200;
    joules += (levels[Math.floor(read / 4_000)] ?? 0) * 0.05;
  }
  return joules;
}
