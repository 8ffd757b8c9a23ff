/** The same series in Tokwatt's chart and in uPlot, in the same size. Each step resolves when it is painted. */
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { KIT, rate } from '../../../renderer/charts/gallery/words.ts';
import { ChartGroup } from '../../../renderer/charts/group/ChartGroup.tsx';
import { ChartKit } from '../../../renderer/charts/kit.tsx';
import { TimeChart } from '../../../renderer/charts/time/TimeChart.tsx';
import '../../../renderer/theme/tokens.css';
import '../../../renderer/theme/base.css';
import type { ChartBench, ChartSize } from './contract.ts';

const STEP_MS = 1_000;
const BEGIN = 1_790_000_000_000;
const WIDTH = 640;
const PLOT_HEIGHT = 168;
/** Of the time axis, so that both charts have the same size. */
const AXIS_HEIGHT = 22;

interface Data {
  readonly times: number[];
  readonly values: number[][];
}

/** Values that look like throughput; each tick moves them by one step. */
function dataOf({ points, series }: ChartSize, tick: number): Data {
  const times = Array.from({ length: points }, (_, n) => BEGIN + (tick + n) * STEP_MS);
  const values = Array.from({ length: series }, (_, line) =>
    times.map((_time, n) => {
      const at = tick + n + line * 40;
      return 40 + 20 * Math.sin(at / 9) + 15 * Math.sin(at / 2.3) + ((at * 7) % 11);
    }),
  );
  return { times, values };
}

interface Chart {
  show(data: Data): void;
  remove(): void;
}

function ours(place: HTMLElement): Chart {
  const root: Root = createRoot(place);
  return {
    show: ({ times, values }) => {
      const range = { from: times[0]!, to: times.at(-1)! };
      const series = values.map((line, n) => ({
        ...{ key: `line ${n}`, label: `Line ${n}`, kind: 'area' as const, values: line },
      }));
      root.render(
        <ChartKit value={KIT}>
          <ChartGroup range={range}>
            <TimeChart
              {...{ times, series, label: 'Throughput', unit: 'tok/s', format: rate }}
              height={PLOT_HEIGHT}
              hasLegend={false}
            />
          </ChartGroup>
        </ChartKit>,
      );
    },
    remove: () => root.unmount(),
  };
}

function theirs(place: HTMLElement): Chart {
  let plot: uPlot | null = null;
  const aligned = ({ times, values }: Data): uPlot.AlignedData => [
    times.map((time) => time / 1_000),
    ...values,
  ];
  return {
    show: (data) => {
      if (plot !== null) {
        plot.setData(aligned(data));
        return;
      }
      const line = { stroke: 'teal', fill: 'rgb(0 128 128 / 12%)', width: 1.5 };
      const series = [{}, ...data.values.map((_, n) => ({ ...line, label: `Line ${n}` }))];
      const size = { width: WIDTH, height: PLOT_HEIGHT + AXIS_HEIGHT };
      plot = new uPlot({ ...size, series, legend: { show: false } }, aligned(data), place);
    },
    remove: () => plot?.destroy(),
  };
}

async function painted(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(resolve));
  await new Promise((resolve) => setTimeout(resolve));
}

const KINDS = { ours, uPlot: theirs };

async function within(size: ChartSize, work: (add: () => Chart) => Promise<void>): Promise<void> {
  const add = (): Chart => {
    const place = document.createElement('div');
    place.style.width = `${WIDTH}px`;
    document.body.append(place);
    const chart = KINDS[size.kind](place);
    const remove = (): void => {
      chart.remove();
      place.remove();
    };
    return { show: (data) => chart.show(data), remove };
  };
  await work(add);
  await painted();
}

const bench: ChartBench = {
  draw: (size, times) =>
    within(size, async (add) => {
      for (let n = 0; n < times; n += 1) {
        const chart = add();
        chart.show(dataOf(size, n));
        // Ours learns its width from a first frame.
        await painted();
        await painted();
        await painted();
        chart.remove();
      }
    }),
  update: (size, times) =>
    within(size, async (add) => {
      const chart = add();
      for (let n = 0; n < times; n += 1) {
        chart.show(dataOf(size, n));
        await painted();
        await painted();
      }
      chart.remove();
    }),
};
window.chartBench = bench;
