import { describe, expect, it } from 'vitest';
import { fileName, thinRows, toCsv } from './export/csv.ts';
import { timeTable } from './export/time-table.ts';
import { GroupStore } from './group/group-store.ts';
import { placeInLanes } from './lanes/lanes.ts';
import { placeNames } from './lanes/names.ts';
import type { LaneExchange } from './lanes/lanes.ts';
import { handleKey } from './time/keys.ts';
import { areaPath, bandPath, linePath } from './time/paths.ts';
import { planChart } from './time/plan.ts';
import { isolated, plot, rowsOf } from './time/plotted.ts';
import { project } from './time/projection.ts';
import { checkSeries } from './time/types.ts';
import type { ChartSeries } from './time/types.ts';

describe('CSV', () => {
  it('quotes, leaves unknowns empty and defuses formulas', () => {
    const rows = [
      ['a,"b"', 1.5, null],
      ['=SUM(A1)', 0, Number.NaN],
    ];
    expect(toCsv({ columns: ['name', 'x', 'y'], rows })).toBe(
      'name,x,y\r\n"a,""b""",1.5,\r\n\'=SUM(A1),0,\r\n',
    );
  });

  it('has raw numbers, while words are formatted', () => {
    const series: ChartSeries[] = [
      {
        ...{ key: 'a', label: 'Speed', values: [41.234, null] },
        band: { low: [40, null], high: [42, null], lowLabel: 'p5', highLabel: 'p95' },
      },
    ];
    const input = {
      ...{ times: [0, 1_000], series, unit: 'tok/s', timeLabel: 'Time', locale: 'en-GB' },
      ...{ range: { from: 0, to: 1_000 }, format: (n: number | null) => n?.toFixed(1) ?? '–' },
    };
    expect(timeTable(input, 'data')).toEqual({
      columns: ['Time', 'Speed (tok/s)', 'Speed p5 (tok/s)', 'Speed p95 (tok/s)'],
      rows: [
        ['1970-01-01T00:00:00.000Z', 41.234, 40, 42],
        ['1970-01-01T00:00:01.000Z', null, null, null],
      ],
    });
    expect(timeTable(input, 'words').rows[1]?.slice(1)).toEqual(['–', '–', '–']);
  });

  it('thins rows evenly and keeps both ends', () => {
    const rows = Array.from({ length: 1_000 }, (_, index) => [index]);
    const thinned = thinRows(rows, 60);
    expect(thinned).toHaveLength(60);
    expect([thinned[0], thinned.at(-1)]).toEqual([[0], [999]]);
    expect(thinRows(rows.slice(0, 60), 60)).toHaveLength(60);
  });

  it('names files in any script', () => {
    expect(fileName('Time to first token (p50)', 'csv')).toBe(
      'tokwatt-time-to-first-token-p50.csv',
    );
    expect(fileName('速度', 'png')).toBe('tokwatt-速度.png');
  });
});

describe('series', () => {
  const color = (): string => 'red';

  it('break at missing time', () => {
    const rows = rowsOf([0, 10, 20, 60, 70], 10);
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, -1, 3, 4]);
    const line = [1, null, 3, 4, 5];
    expect(isolated(rows, line).map(({ index }) => index)).toEqual([0, 2]);
  });

  it('are refused if they are too long or unequal', () => {
    const long = Array.from({ length: 50_000 }, (_, index) => index);
    expect(() => checkSeries(long, [])).toThrow(RangeError);
    expect(() => checkSeries([1, 2], [{ key: 'a', label: 'a', values: [1] }])).toThrow('"a"');
  });

  it('stack as bars, and unknown is not zero', () => {
    const series: ChartSeries[] = [
      { key: 'a', label: 'a', kind: 'bars', values: [10, null] },
      { key: 'b', label: 'b', kind: 'bars', values: [5, 7] },
    ];
    const projection = project(series, [], {});
    expect(projection.top).toBe(15);
    const [a, b] = plot(series, projection, color);
    expect(a?.line).toEqual([10, null]);
    expect([b?.base, b?.line]).toEqual([
      [10, 0],
      [15, 7],
    ]);
  });

  it('have a scale of their own on each side of a mirrored chart', () => {
    const series: ChartSeries[] = [
      { key: 'output', label: 'o', values: [40] },
      { key: 'input', label: 'i', side: 'down', values: [2_000] },
    ];
    const { ticks, top, bottom, place } = project(series, [], {});
    expect(ticks.map(({ value }) => value)).toEqual([2_000, 1_000, 0, 20, 40]);
    expect([place(40, 'up'), place(2_000, 'down')]).toEqual([top, bottom]);
  });

  it('leave room for a reference line', () => {
    const series: ChartSeries[] = [{ key: 'w', label: 'W', values: [100] }];
    expect(project(series, [{ value: 350, label: 'limit' }], {}).top).toBe(400);
  });
});

describe('paths', () => {
  const values = [0, 10, null, 10, 5, 10];
  const band = { low: values.map((value) => value && value / 2), high: values };
  const series: ChartSeries[] = [
    { key: 'a', label: 'a', kind: 'area', values, band: { ...band, lowLabel: '', highLabel: '' } },
  ];
  const plan = planChart({
    ...{ times: [0, 10, 20, 30, 40, 80], series, references: [], bucketMs: 0, scale: {} },
    ...{ range: { from: 0, to: 80 }, width: 500, plotHeight: 100, hasTimeLabels: true },
    ...{ hasLegend: false, labelRoom: 0, locale: 'en', colorOf: () => 'red' },
  });
  const [plotted] = plan.plotted;
  const { top, height, left, width } = plan.layout.plot;
  const place = (at: number, value: number): string =>
    `${(left + (at / 80) * width).toFixed(1)} ${(top + (1 - value / 10) * height).toFixed(1)}`;

  it('go through known values, and break at unknown ones and at missing time', () => {
    expect(linePath(plan, plotted?.line ?? [])).toBe(
      `M${place(0, 0)}L${place(10, 10)}M${place(30, 10)}L${place(40, 5)}M${place(80, 10)}`,
    );
  });

  it('close areas at zero and bands at their lower edge, each for itself', () => {
    const [floor] = place(0, 0).split(' ').slice(1);
    const [begin] = place(0, 0).split(' ');
    expect(areaPath(plan, plotted?.line ?? []).split('Z')[0]).toBe(
      `M${place(0, 0)}L${place(10, 10)}V${floor}H${begin}`,
    );
    expect(bandPath(plan, plotted?.band ?? []).split('Z')[1]).toBe(
      `M${place(30, 10)}L${place(40, 5)}L${place(40, 2.5)}L${place(30, 5)}`,
    );
  });
});

describe('the keyboard of a chart', () => {
  it('moves, selects, zooms and goes back', () => {
    const store = new GroupStore();
    const seen: unknown[] = [];
    const target = {
      ...{ store, moments: [0, 10, 20, 30], end: 38, id: 'c' },
      onZoom: (range: unknown) => seen.push(range),
      onZoomOut: () => seen.push('out'),
    };
    const press = (key: string, isShift = false): boolean => handleKey(key, isShift, target);
    expect(press('Enter')).toBe(false);
    press('ArrowLeft');
    expect(store.get().at).toBe(30);
    press('Enter');
    press('ArrowLeft', true);
    expect(store.get().selection).toEqual({ from: 30, to: 0 });
    press('Enter');
    // The last value stands for the time up to the end.
    expect(seen).toEqual([{ from: 0, to: 38 }]);
    press('Home');
    press('Enter');
    press('ArrowRight');
    press('Enter');
    expect(seen.pop()).toEqual({ from: 0, to: 20 });
    press('Enter');
    press('Escape');
    expect([seen.length, store.get().selection]).toEqual([1, null]);
    press('Escape');
    expect(seen.at(-1)).toBe('out');
    expect(press('x')).toBe(false);
  });
});

describe('lanes', () => {
  const exchange = (id: string, from: number, to: number | null): LaneExchange => ({
    ...{ id, name: id, segments: [{ phase: 'decode', from, to }] },
  });

  it('are named by their last exchange, and by earlier ones where there is room', () => {
    const placed = (id: string, from: number, to: number) => ({
      ...{ exchange: { ...exchange(id, from, to), name: id }, lane: 0, from, to },
    });
    const xOf = (at: number): number => at;
    const names = (bars: ReturnType<typeof placed>[]): string[] => [
      ...placeNames(bars, { xOf, left: 0, right: 1_000, widthOf: () => 40 }).keys(),
    ];
    expect(names([placed('a', 0, 100), placed('b', 500, 600)])).toEqual(['b', 'a']);
    // The gap has room for one name only.
    expect(names([placed('a', 0, 890), placed('b', 950, 1_000)])).toEqual(['b']);
    // A name that is not of the last exchange would be taken for its.
    expect(names([placed('a', 100, 940), placed('b', 970, 1_000)])).toEqual([]);
  });

  it('belong to one exchange each while there are enough', () => {
    const list = [exchange('b', 50, null), exchange('a', 10, 20), exchange('old', -90, -10)];
    const { placed } = placeInLanes(list, { from: 0, now: 100, lanes: 3, restMs: 1 });
    expect(placed.map(({ exchange: { id }, lane, to }) => [id, lane, to])).toEqual([
      ['a', 0, 20],
      ['b', 1, 100],
    ]);
  });

  it('are shared without overlap, and what finds none is counted', () => {
    const list = Array.from({ length: 20 }, (_, index) =>
      exchange(`${index}`, index * 4, index * 4 + 10),
    );
    const { placed, leftOut } = placeInLanes(list, { from: 0, now: 100, lanes: 2, restMs: 1 });
    expect(placed.length + leftOut).toBe(20);
    expect(leftOut).toBeGreaterThan(0);
    for (const a of placed)
      for (const b of placed)
        if (a !== b && a.lane === b.lane)
          expect(a.from >= b.to + 1 || b.from >= a.to + 1).toBe(true);
  });
});
