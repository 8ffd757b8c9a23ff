import { describe, expect, it } from 'vitest';
import { NO_GPU_DETAILS } from '../../../shared/gpu.ts';
import { DeviceMerger } from './merge-readings.ts';
import { normalPciAddress } from './pci-address.ts';
import type { SourceReading } from './source.ts';

function gpu(values: Partial<SourceReading> = {}): SourceReading {
  return {
    index: 0,
    id: null,
    name: null,
    vendor: 'amd',
    utilizationPercent: null,
    memoryUsedBytes: null,
    memoryTotalBytes: null,
    temperatureC: null,
    powerW: null,
    powerLimitW: null,
    ...values,
  };
}

function counter(counterJoules: number): Pick<Required<SourceReading>, 'energySensor'> {
  return { energySensor: { counterJoules, counterRangeJoules: null, averagingMs: 0 } };
}

describe('a PCI address', () => {
  it.each([
    ['00000000:01:00.0', '0000:01:00.0'],
    ['0000:01:00.0', '0000:01:00.0'],
    ['01:00.0', '0000:01:00.0'],
    ['00000001:AF:00.0', '0001:af:00.0'],
    ['00010000:C1:00.1', '10000:c1:00.1'],
    ['GPU-7', null],
    ['1:0', null],
    ['', null],
  ])('%s is %s', (text, address) => expect(normalPciAddress(text)).toBe(address));
});

describe('merged readings', () => {
  it('match by PCI address, and blanks are filled from the poorer source', () => {
    const [one, ...others] = new DeviceMerger().merge([
      { source: 'rich', gpus: [gpu({ id: '0000:03:00.0', temperatureC: 40, powerW: 0 })] },
      {
        source: 'poor',
        gpus: [gpu({ id: '00000000:03:00.0', name: 'Card', temperatureC: 50, powerW: 9 })],
      },
    ]);
    expect(others).toEqual([]);
    expect(one?.reading).toMatchObject({ id: '0000:03:00.0', name: 'Card', temperatureC: 40 });
    expect([one?.reading.powerW, one?.powerSource]).toEqual([0, 'rich']);
  });

  it('match an id without address to the source that tells its address', () => {
    const merged = new DeviceMerger().merge([
      { source: 'a', gpus: [gpu({ id: 'GPU-7', pciAddress: '00000000:01:00.0' })] },
      { source: 'b', gpus: [gpu({ id: '01:00.0', name: 'by address' })] },
      { source: 'c', gpus: [gpu({ id: 'GPU-7', temperatureC: 3 })] },
    ]);
    expect(merged.map(({ reading }) => reading)).toMatchObject([
      { id: 'GPU-7', name: 'by address', temperatureC: 3 },
    ]);
  });

  it("match a device without any id with the vendor's only other device", () => {
    const known = gpu({ id: '0000:03:00.0' });
    const unknown = gpu({ name: 'Radeon' });
    const two = [known, gpu({ index: 1, id: '0000:04:00.0' })];
    const merge = (gpus: SourceReading[]): number =>
      new DeviceMerger().merge([
        { source: 'a', gpus },
        { source: 'b', gpus: [unknown] },
      ]).length;
    // One of the two, but it cannot be told which.
    expect([merge([known]), merge(two)]).toEqual([1, 2]);
    expect(merge([{ ...known, vendor: 'intel' }])).toBe(2);
  });

  it('fill the further figures one by one', () => {
    const details = (values: object): Partial<SourceReading> => ({
      ...{ id: '01:00.0' },
      details: { ...NO_GPU_DETAILS, ...values },
    });
    const [one] = new DeviceMerger().merge([
      { source: 'a', gpus: [gpu(details({ fanPercent: 0 }))] },
      { source: 'b', gpus: [gpu(details({ fanPercent: 7, clockMHz: 900 }))] },
    ]);
    expect(one?.reading.details).toMatchObject({ fanPercent: 0, clockMHz: 900, pcie: null });
  });

  it('take power and energy sensor from one source, also when a value is missing once', () => {
    const merger = new DeviceMerger();
    const poor = { source: 'poor', gpus: [gpu({ id: '01:00.0', powerW: 9, ...counter(7) })] };
    const rich = (values: Partial<SourceReading>): { source: string; gpus: SourceReading[] } => ({
      ...{ source: 'rich', gpus: [gpu({ id: '01:00.0', ...values })] },
    });
    expect(merger.merge([rich({}), poor])[0]).toMatchObject({ powerSource: 'poor' });
    expect(merger.merge([rich({ powerW: 5 }), poor])[0]).toMatchObject({ powerSource: 'rich' });
    const [missing] = merger.merge([rich({}), poor]);
    expect(missing).toMatchObject({ powerSource: 'rich', reading: { powerW: null } });
    expect(missing?.reading.energySensor).toBeUndefined();
    merger.forget('rich');
    expect(merger.merge([poor])[0]).toMatchObject({ powerSource: 'poor', reading: { powerW: 9 } });
  });

  it('are another device for energy when another source than the first gives the power', () => {
    const merger = new DeviceMerger();
    const a = { source: 'a', gpus: [gpu({ id: '0000:01:00.0', ...counter(1_000) })] };
    const b = { source: 'b', gpus: [gpu({ id: '0000:01:00.0', ...counter(5) })] };
    const energyIds = (...sources: (typeof a)[]): (string | null)[] =>
      merger.merge(sources).map((device) => merger.forEnergy(device).id);
    expect(energyIds(a, b)).toEqual(['0000:01:00.0']);
    merger.forget('a');
    expect(energyIds(b)).toEqual(['0000:01:00.0 b']);
    expect(energyIds(a, b)).toEqual(['0000:01:00.0']);
  });

  it('keep the index of a device when another one comes or goes', () => {
    const merger = new DeviceMerger();
    const a = { source: 'a', gpus: [gpu({ id: '0000:01:00.0' })] };
    const b = { source: 'b', gpus: [gpu({ id: '0000:02:00.0' })] };
    const indexes = (...sources: (typeof a)[]): unknown[] =>
      merger.numbered(merger.merge(sources)).map(({ reading }) => [reading.index, reading.id]);
    expect(indexes(b)).toEqual([[0, '0000:02:00.0']]);
    expect(indexes(a, b)).toEqual([
      [0, '0000:02:00.0'],
      [1, '0000:01:00.0'],
    ]);
    expect(indexes(a)).toEqual([[1, '0000:01:00.0']]);
  });
});
