import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { testMeter } from '../../../tests/support/test-meter.ts';
import { EnergyMeter } from '../hardware/energy/energy-meter.ts';
import type { ExchangeTap, RequestHead } from '../proxy/tap.ts';
import type { Meter } from './meter.ts';

const STEP_MS = 100;

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function setUp(): { meter: Meter; energy: EnergyMeter; records: ActivityRecord[] } {
  const energy = new EnergyMeter(performance.now());
  const records: ActivityRecord[] = [];
  const meter = testMeter(records, { energy });
  return { meter, energy, records };
}

function open(meter: Meter, model: string, host = '127.0.0.1'): ExchangeTap {
  const head: RequestHead = {
    upstream: { name: 'box', url: new URL(`http://${host}`), exactUsage: false },
    method: 'POST',
    target: '/v1/chat/completions',
    rawHeaders: [],
    remoteAddress: '127.0.0.1',
    connection: null,
    at: Date.now(),
    monotonicAt: performance.now(),
  };
  const exchange = meter.open(head)!;
  const body = { model, stream: true, messages: [{ role: 'user', content: 'Hi' }] };
  exchange.requestChunk(Buffer.from(JSON.stringify(body)));
  exchange.requestEnd();
  exchange.response(200, ['content-type', 'text/event-stream']);
  return exchange;
}

function tokens(exchange: ExchangeTap, count: number): void {
  const frame = { choices: [{ index: 0, delta: { content: 'x' } }] };
  for (let i = 0; i < count; i += 1) {
    exchange.responseChunk(Buffer.from(`data: ${JSON.stringify(frame)}\n\n`));
  }
}

/** Reads 200 W every 100 ms. */
function read(
  energy: EnergyMeter,
  seconds: number,
  each: () => void = () => undefined,
  otherShare: number | null = null,
): void {
  for (let ms = 0; ms < seconds * 1_000; ms += STEP_MS) {
    vi.advanceTimersByTime(STEP_MS);
    each();
    const sample = { powerW: 200, counterJoules: null, utilizationPercent: null, otherShare };
    const traits = { averagingMs: 0, counterRangeJoules: null };
    energy.onReadings([{ device: 'gpu', traits, ...sample }], performance.now());
  }
}

it('rows of requests at the same time share the energy by their tokens', () => {
  const { meter, energy, records } = setUp();
  read(energy, 1);
  const [many, few] = [open(meter, 'many'), open(meter, 'few')];
  read(energy, 5, () => {
    tokens(many, 4);
    tokens(few, 1);
  });
  for (const exchange of [many, few]) exchange.end({ kind: 'complete' });
  energy.finish(performance.now());
  const [first, second] = records.map(({ energyJoules }) => energyJoules!);
  expect(first! + second!).toBeCloseTo(1_000, -1);
  expect(first! / second!).toBeGreaterThan(3.5);
});

it('a row has the energy of the part of its time that was measured, and the size of the part', () => {
  const { meter, energy, records } = setUp();
  read(energy, 1);
  const exchange = open(meter, 'gap');
  read(energy, 3, () => tokens(exchange, 1));
  vi.advanceTimersByTime(4_000);
  read(energy, 3, () => tokens(exchange, 1));
  exchange.end({ kind: 'complete' });
  energy.finish(performance.now());
  const { energyJoules, energyParts } = records[0]!;
  expect(energyParts!.measuredShare).toBeGreaterThan(0.5);
  expect(energyParts!.measuredShare).toBeLessThan(0.9);
  expect(energyJoules).toBeCloseTo(energyParts!.measuredShare * 10 * 200, -1);
  expect(energyParts!.prefillJoules! + energyParts!.decodeJoules!).toBeCloseTo(energyJoules!, 6);
});

it('a row gets its energy when the readings after its end have come', () => {
  const { meter, energy, records } = setUp();
  read(energy, 1);
  const exchange = open(meter, 'later');
  read(energy, 3, () => tokens(exchange, 1));
  exchange.end({ kind: 'complete' });
  expect(records[0]).toMatchObject({ energyJoules: null, energyParts: null });
  read(energy, 3);
  expect(records).toHaveLength(1);
  expect(records[0]!.energyJoules).toBeCloseTo(600, -1);
});

it.each([
  [null, null],
  [0, false],
  [0.4, true],
])('with a share of other programs of %s, a row tells %s', (share, expected) => {
  const { meter, energy, records } = setUp();
  read(energy, 1);
  const exchange = open(meter, 'shared');
  read(energy, 2, () => tokens(exchange, 1), share);
  exchange.end({ kind: 'complete' });
  energy.finish(performance.now());
  expect(records[0]!.energyParts!.hasOtherWork).toBe(expected);
});

it('a row for whose time nothing was measured has no energy', () => {
  const { meter, records } = setUp();
  const exchange = open(meter, 'unmeasured');
  vi.advanceTimersByTime(1_000);
  exchange.end({ kind: 'complete' });
  expect(records[0]).toMatchObject({ energyJoules: null, energyParts: null });
});

it('rows of another machine have no energy and take no share', () => {
  const { meter, energy, records } = setUp();
  read(energy, 1);
  const [local, remote] = [open(meter, 'local'), open(meter, 'remote', '192.0.2.7')];
  read(energy, 2, () => {
    tokens(local, 1);
    tokens(remote, 9);
  });
  for (const exchange of [local, remote]) exchange.end({ kind: 'complete' });
  energy.finish(performance.now());
  expect(records.map(({ energyJoules }) => energyJoules)).toEqual([expect.closeTo(400, -1), null]);
});
