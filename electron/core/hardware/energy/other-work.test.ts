import { expect, it } from 'vitest';
import type { EnergyFigure } from './energy-account.ts';
import { EnergyMeter } from './energy-meter.ts';
import type { EnergyReading } from './energy-meter.ts';
import type { WorkSource } from './exchange-work.ts';

const IDLE_W = 30;
const LOADED_W = 230;

const SOURCE: WorkSource = {
  promptTokens: () => 10,
  promptRate: () => null,
  prefillMs: () => null,
  isStreamed: () => false,
};

interface Device {
  readonly shares: readonly (number | null)[];
  readonly powerW?: number | null;
}

interface Ran {
  readonly figure: EnergyFigure;
  readonly meter: EnergyMeter;
}

/** An exchange of as many seconds as there are shares, after time in which idle power is learnt. */
function run(devices: readonly Device[], learnsIdle = true): Ran {
  const meter = new EnergyMeter(0);
  const begun = learnsIdle ? 10_000 : 0;
  const ended = begun + devices[0]!.shares.length * 1_000;
  for (let at = 0; at <= begun; at += 100) {
    meter.onReadings(
      devices.map((_, i) => reading(i, IDLE_W, 1)),
      at,
    );
  }
  const account = meter.begin(begun, SOURCE, () => undefined);
  for (let at = begun + 100; at <= ended; at += 100) {
    const second = Math.ceil((at - begun) / 1_000) - 1;
    const readings = devices.map(({ shares, powerW = LOADED_W }, i) =>
      reading(i, powerW, shares[second] ?? null),
    );
    meter.onReadings(readings, at);
  }
  meter.end(account, ended);
  meter.finish(ended);
  return { figure: account.figure()!, meter };
}

function reading(index: number, powerW: number | null, otherShare: number | null): EnergyReading {
  const traits = { averagingMs: 0, counterRangeJoules: null };
  const nothing = { counterJoules: null, utilizationPercent: null };
  return { device: `gpu ${index}`, traits, powerW, ...nothing, otherShare };
}

it("other programs' share of the power above idle power goes to no exchange", () => {
  const { figure, meter } = run([{ shares: [0.25, 0.25, 0.25, 0.25] }]);
  expect(figure.joules).toBeCloseTo(4 * (IDLE_W + 0.75 * (LOADED_W - IDLE_W)), -1);
  expect(figure.netJoules).toBeCloseTo(4 * 0.75 * (LOADED_W - IDLE_W), -1);
  expect(meter.books[0]!.attributed).toBeCloseTo(figure.joules, 6);
  expect(meter.books[0]!.other).toBeCloseTo(4 * 0.25 * (LOADED_W - IDLE_W), -1);
});

it('changes nothing where it is unknown, and for a device at idle power', () => {
  const unknown = run([{ shares: [null, null] }]);
  const none = run([{ shares: [0, 0] }]);
  const idle = run([{ shares: [1, 1], powerW: IDLE_W }]);
  expect(unknown.figure.joules).toBeCloseTo(2 * LOADED_W, -1);
  expect(none.figure.joules).toBe(unknown.figure.joules);
  expect(idle.figure.joules).toBeCloseTo(2 * IDLE_W, 6);
});

it('goes to the exchanges until the idle power is known, and is told', () => {
  const { figure } = run([{ shares: [0.5, 0.5] }], false);
  expect(figure.joules).toBeCloseTo(2 * LOADED_W, -1);
  expect(figure.hasOtherWork).toBe(true);
});

it.each([
  ['the share is never known', [{ shares: [null, null] }], null],
  ['it is at most 5 percent', [{ shares: [null, 0.05] }], false],
  ['it is more for a part of the time', [{ shares: [0, null, 0.06, 0] }], true],
  ['one device has other work', [{ shares: [null, 0] }, { shares: [0, 0.5] }], true],
  [
    'only a device that was not measured has',
    [{ shares: [0, 0] }, { shares: [1, 1], powerW: null }],
    false,
  ],
])('if %s, the figure tells it', (_, devices, expected) => {
  expect(run(devices).figure.hasOtherWork).toBe(expected);
});
