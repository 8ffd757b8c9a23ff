import { useMemo } from 'react';
import type { JSX } from 'react';
import { ChartCard } from '../card/ChartCard.tsx';
import { timeTable } from '../export/time-table.ts';
import { ChartGroup } from '../group/ChartGroup.tsx';
import type { TimeRange } from '../group/group-store.ts';
import { LaneChart } from '../lanes/LaneChart.tsx';
import { TimeChart } from '../time/TimeChart.tsx';
import type { ChartSeries } from '../time/types.ts';
import { NOW, bursts, exchanges } from './data.ts';
import css from './gallery.module.css';
import { KIT, rate } from './words.ts';

const SECONDS = 180;
const PHASES = { queue: 'queue', load: 'load', prefill: 'prefill', decode: 'decode' };

/** The last three minutes: the mirrored chart and the lanes. */
export function Live({ tick }: { readonly tick: number }): JSX.Element {
  const to = NOW + tick * 1_000;
  const range = useMemo(() => ({ from: to - SECONDS * 1_000, to }), [to]);
  const running = useMemo(() => exchanges(to), [to]);
  return (
    <ChartGroup range={range}>
      <h2 className={css.section}>Live</h2>
      <section className={css.grid}>
        <Throughput tick={tick} range={range} />
        <ChartCard title="Requests of the last 3 minutes">
          <LaneChart
            {...{ exchanges: running, range, phaseNames: PHASES }}
            label="Requests by time"
            describe={({ id, name }) => [name, id]}
            describeLeftOut={(count) => `${count} more`}
            onOpen={(id) => (window.location.hash = id)}
          />
        </ChartCard>
      </section>
    </ChartGroup>
  );
}

function Throughput({
  tick,
  range,
}: {
  readonly tick: number;
  readonly range: TimeRange;
}): JSX.Element {
  const times = useMemo(
    () => Array.from({ length: SECONDS + 1 }, (_, index) => range.from + index * 1_000),
    [range],
  );
  const series = useMemo(
    (): ChartSeries[] => [
      { key: 'output', label: 'Output', kind: 'area', values: bursts(3 + tick, SECONDS + 1, 42) },
      {
        ...{ key: 'input', label: 'Input', kind: 'area', side: 'down' },
        values: bursts(9 + tick, SECONDS + 1, 1_240),
      },
    ],
    [tick],
  );
  const data = { times, series, unit: 'tok/s', format: rate };
  return (
    <ChartCard
      title="Throughput"
      unit="tok/s"
      table={(form) => timeTable({ ...data, ...KIT, range, timeLabel: 'Time' }, form)}
    >
      <TimeChart {...data} label="Throughput" height={150} />
    </ChartCard>
  );
}
