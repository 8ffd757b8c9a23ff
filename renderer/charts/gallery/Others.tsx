import type { JSX } from 'react';
import { ChartCard } from '../card/ChartCard.tsx';
import { colorOf } from '../colors/use-colors.ts';
import { HeatMap } from '../simple/HeatMap.tsx';
import { Histogram } from '../simple/Histogram.tsx';
import { ScatterChart } from '../simple/ScatterChart.tsx';
import { Sparkline } from '../simple/Sparkline.tsx';
import { StackedBar } from '../simple/StackedBar.tsx';
import { bins, randomFrom, wander } from './data.ts';
import css from './gallery.module.css';
import { compact, rate, whole } from './words.ts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const HOURS = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00`);
const BINS = bins(2);
const NUMBERS = Array.from({ length: 8 }, (_, index) => index);

/** The charts that are not over time. */
export function Others(): JSX.Element {
  return (
    <>
      <h2 className={css.section}>Others</h2>
      <section className={css.grid}>
        <ChartCard title="Distribution of speed">
          <Histogram
            {...{ bins: BINS, unit: 'tok/s', format: whole, formatCount: whole }}
            label="Distribution of speed"
            describe={({ from, to, count }) => `${from}–${to} tok/s: ${count} requests`}
            marks={[
              { value: 41, label: 'p50 41', kind: 'percentile' },
              { value: 30, label: 'target 30', kind: 'target' },
              { value: 47, label: 'p95 47', kind: 'percentile' },
            ]}
          />
        </ChartCard>
        <Scatter />
        <Heat />
        <div>
          <StackedBar
            label="Memory of qwen3:8b"
            parts={[
              { key: 'vram', label: 'VRAM', value: 5.6, text: '5.6 GiB', color: 'var(--output)' },
              { key: 'ram', label: 'RAM', value: 1.2, text: '1.2 GiB', color: 'var(--input)' },
              { key: 'free', label: 'free', value: 17.2, text: '17.2 GiB', color: null },
            ]}
          />
          <div className={css.sparks}>
            {NUMBERS.map((index) => (
              <Spark key={index} name={`model-${index}`} seed={index} />
            ))}
          </div>
        </div>
      </section>
    </>
  );
}

function Spark({ name, seed }: { readonly name: string; readonly seed: number }): JSX.Element {
  const values = wander(seed + 70, 30, 40, 16);
  return (
    <>
      <span>{name}</span>
      <Sparkline values={values} color={colorOf(name)} />
      <span>{rate(values.at(-1) ?? null)} tok/s</span>
    </>
  );
}

function Scatter(): JSX.Element {
  const random = randomFrom(4);
  const points = Array.from({ length: 600 }, (_, index) => {
    const x = random() ** 2 * 32_000;
    return { id: `exchange-${index}`, x, y: 52 - x / 900 + (random() - 0.5) * 12 };
  });
  return (
    <ChartCard title="Speed against context" unit="tok/s">
      <ScatterChart
        points={points}
        median={NUMBERS.map((index) => ({ x: index * 4_500, y: 52 - (index * 4_500) / 900 }))}
        {...{ label: 'Speed against context', xUnit: 'tokens', formatX: compact, formatY: whole }}
        describe={({ x, y }) => [`${rate(y)} tok/s`, `${compact(x)} tokens of context`]}
        onOpen={(id) => (window.location.hash = id)}
      />
    </ChartCard>
  );
}

function Heat(): JSX.Element {
  const random = randomFrom(8);
  const rows = DAYS.map((label, day) => ({
    label,
    values: HOURS.map((_, hour) => {
      if (day === 2 && hour < 5) return null;
      const busy = Math.max(0, Math.sin(((hour - 7) / 14) * Math.PI)) * (day > 4 ? 0.4 : 1);
      return Math.round(busy * random() * 40_000);
    }),
  }));
  return (
    <ChartCard title="Use by hour" unit="tokens">
      <HeatMap
        {...{ rows, columns: HOURS, label: 'Tokens by day and hour', rowHeading: 'Day' }}
        format={compact}
        scaleLabels={['0', '40k']}
        describe={({ label, values }, hour) =>
          `${label} ${HOURS[hour] ?? ''}: ${compact(values[hour] ?? null)} tokens`
        }
      />
    </ChartCard>
  );
}
