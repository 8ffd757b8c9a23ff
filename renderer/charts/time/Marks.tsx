import type { JSX } from 'react';
import { Area, DefaultZIndexes, Line, ZIndexLayer } from 'recharts';
import { barsPath, dotsPath } from './paths.ts';
import type { Plan } from './plan.ts';
import type { Plotted, Row } from './plotted.ts';
import type { Values } from './types.ts';

const LINE_WIDTH = 1.5;
const BAND_OPACITY = 0.12;
const BAR_OPACITY = 0.85;

/** The bands, areas, bars and lines of all series; those named first lie on top. */
export function Marks({ plan }: { readonly plan: Plan }): JSX.Element {
  const series = [...plan.plotted].reverse();
  return (
    <>
      {series.map((each) => (
        <Fills key={each.key} series={each} />
      ))}
      <ZIndexLayer zIndex={DefaultZIndexes.bar}>
        {series.map((each) =>
          each.kind === 'bars' ? (
            <path
              key={each.key}
              d={barsPath(plan, each)}
              fill={each.color}
              fillOpacity={BAR_OPACITY}
            />
          ) : null,
        )}
      </ZIndexLayer>
      {series.map((each) => (
        <Lines key={each.key} series={each} />
      ))}
      <ZIndexLayer zIndex={DefaultZIndexes.line}>
        {series.map((each) =>
          each.kind === 'bars' ? null : (
            <path key={each.key} d={dotsPath(plan, each)} fill={each.color} />
          ),
        )}
      </ZIndexLayer>
    </>
  );
}

function Fills({ series }: { readonly series: Plotted }): JSX.Element {
  const { color, kind, band, line } = series;
  const shared = {
    ...({ type: 'linear', stroke: 'none', fill: color, fillOpacity: BAND_OPACITY } as const),
    ...({ isAnimationActive: false, activeDot: false, legendType: 'none' } as const),
  };
  return (
    <>
      {band !== null && <Area {...shared} dataKey={({ index }: Row) => band[index] ?? null} />}
      {kind === 'area' && <Area {...shared} dataKey={at(line)} baseValue={0} />}
    </>
  );
}

function Lines({ series }: { readonly series: Plotted }): JSX.Element {
  const { color, kind, line, ghost } = series;
  const shared = {
    ...({ type: 'linear', stroke: color, dot: false, activeDot: false } as const),
    ...({ isAnimationActive: false, legendType: 'none' } as const),
  };
  return (
    <>
      {ghost !== null && (
        <Line {...shared} dataKey={at(ghost)} strokeWidth={1} strokeDasharray="2 3" />
      )}
      {kind !== 'bars' && <Line {...shared} dataKey={at(line)} strokeWidth={LINE_WIDTH} />}
    </>
  );
}

function at(values: Values): (row: Row) => number | null {
  return ({ index }) => values[index] ?? null;
}
