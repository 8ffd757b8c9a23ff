import { describe, expect, it } from 'vitest';
import { parseGpuMetrics } from './gpu-metrics.ts';

type Attribute = readonly [id: number, unit: number, type: number, ...values: readonly bigint[]];

const BYTES = [1, 1, 2, 2, 4, 4, 8, 8];
const [U16, U32, U64] = [2, 4, 6] as const;
const HOTSPOT: Attribute = [0, 2, U16, 61n];
const POWER: Attribute = [3, 3, U16, 412n];
const ENERGY: Attribute = [7, 0, U64, 65_536n * 40_000_000_000n];
const CLOCK: Attribute = [8, 4, U64, 5_000_000_000n];
const BUSY: Attribute = [40, 10, U32, 1n, 2n, 3n];

/** A table of version 1.9 as the kernel's packed struct lays it out. */
function table(attributes: readonly Attribute[], count = attributes.length): Buffer {
  const parts = attributes.map(([id, unit, type, ...values]) => {
    const bytes = BYTES[type] ?? 1;
    const part = Buffer.alloc(8 + bytes * values.length);
    const encoding = (unit * 2 ** 24 + type * 2 ** 20 + id * 2 ** 10 + values.length) >>> 0;
    part.writeBigUInt64LE(BigInt(encoding));
    values.forEach((value, i) => {
      if (bytes === 8) part.writeBigUInt64LE(value, 8 + i * 8);
      else part.writeUIntLE(Number(value), 8 + i * bytes, bytes);
    });
    return part;
  });
  const head = Buffer.alloc(8);
  head.writeInt32LE(count, 4);
  const whole = Buffer.concat([head, ...parts]);
  whole.writeUInt16LE(whole.length, 0);
  whole.writeUInt8(1, 2);
  whole.writeUInt8(9, 3);
  return whole;
}

describe('gpu_metrics of version 1.9', () => {
  it('tells energy, clock and power, wherever they stand', () => {
    for (const list of [
      [HOTSPOT, POWER, ENERGY, CLOCK, BUSY],
      [BUSY, CLOCK, ENERGY, POWER],
    ]) {
      expect(parseGpuMetrics(table(list))).toEqual({
        ...{ isApu: false, energyJoules: 40_000_000_000, energyRangeJoules: null, clockMs: 5_000 },
        ...{ socketPowerW: 412, powerAveragingMs: 0, throttleReasons: null },
      });
    }
  });

  it('knows zeros from what is absent', () => {
    const zeros: readonly Attribute[] = [
      [3, 3, U16, 0n],
      [7, 0, U64, 0n],
    ];
    expect(parseGpuMetrics(table(zeros))).toMatchObject({
      ...{ socketPowerW: 0, energyJoules: 0, clockMs: null },
    });
    const ones: readonly Attribute[] = [
      [3, 3, U16, 0xffffn],
      [7, 0, U64, 2n ** 64n - 1n],
    ];
    const nothing = { socketPowerW: null, energyJoules: null, clockMs: null };
    expect(parseGpuMetrics(table(ones))).toMatchObject(nothing);
    expect(parseGpuMetrics(table([]))).toMatchObject(nothing);
  });

  it('does not take a figure in another unit', () => {
    const [inOther, asTime] = [
      [3, 1, U16, 412n],
      [7, 4, U64, 1n],
    ] as const;
    expect(parseGpuMetrics(table([inOther, asTime]))).toMatchObject({
      ...{ socketPowerW: null, energyJoules: null },
    });
  });

  it.each([
    ['more attributes than there are', table([POWER, ENERGY], 3)],
    ['fewer attributes than there are', table([POWER, ENERGY], 1)],
    ['an unknown type', table([[3, 3, 8, 1n]])],
    ['an attribute without a value', table([[3, 3, U16]])],
    ['a negative count', table([POWER], -1)],
    ['no count', Buffer.from([4, 0, 1, 9])],
    ['another size than it says', table([POWER]).subarray(0, -1)],
  ])('with %s is refused', (_, bytes) => {
    expect(parseGpuMetrics(bytes)).toBeNull();
  });

  it('that was cut off is refused', () => {
    const whole = table([POWER, ENERGY]);
    for (let length = 4; length < whole.length; length += 1) {
      const cut = Buffer.from(whole.subarray(0, length));
      cut.writeUInt16LE(length, 0);
      expect(parseGpuMetrics(cut), `${length}`).toBeNull();
    }
  });
});
