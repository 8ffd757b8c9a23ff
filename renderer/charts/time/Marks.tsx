import { useId } from 'react';
import type { JSX } from 'react';
import { areaPath, bandPath, barsPath, dotsPath, linePath } from './paths.ts';
import type { Plan } from './plan.ts';
import type { Plotted } from './plotted.ts';

const LINE_WIDTH = 1.5;
const BAND_OPACITY = 0.12;
const BAR_OPACITY = 0.85;

interface MarksProps {
  readonly plan: Plan;
  /** Those named first lie on top. */
  readonly series: readonly Plotted[];
}

/**
 * The bands, areas, bars and lines of all series, one path each. Recharts' own lines ask the browser for their length
 * at each drawing, which lays the page out once for each line.
 */
export function Marks({ plan }: { readonly plan: Plan }): JSX.Element {
  const series = [...plan.plotted].reverse();
  const { plot, height } = plan.layout;
  // Values may lie outside of a range that was zoomed into.
  const id = useId();
  const clipPath = `url(#${id})`;
  return (
    <>
      <clipPath id={id}>
        <rect x={plot.left} y={0} width={plot.width} height={height} />
      </clipPath>
      <g clipPath={clipPath}>
        {series.map((each) => (
          <Fills key={each.key} plan={plan} series={each} />
        ))}
      </g>
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
      <g clipPath={clipPath}>
        <Lines plan={plan} series={series} />
      </g>
    </>
  );
}

function Fills({
  plan,
  series: { band, kind, line, color },
}: {
  readonly plan: Plan;
  readonly series: Plotted;
}): JSX.Element {
  return (
    <>
      {band !== null && <path d={bandPath(plan, band)} fill={color} fillOpacity={BAND_OPACITY} />}
      {kind === 'area' && <path d={areaPath(plan, line)} fill={color} fillOpacity={BAND_OPACITY} />}
    </>
  );
}

function Lines({ plan, series }: MarksProps): JSX.Element {
  return (
    <>
      {series.map(({ key, kind, line, ghost, color }) => (
        <g key={key} fill="none" stroke={color}>
          {ghost !== null && (
            <path d={linePath(plan, ghost)} strokeWidth={1} strokeDasharray="2 3" />
          )}
          {kind !== 'bars' && <path d={linePath(plan, line)} strokeWidth={LINE_WIDTH} />}
        </g>
      ))}
      {series.map((each) =>
        each.kind === 'bars' ? null : (
          <path key={each.key} d={dotsPath(plan, each)} fill={each.color} />
        ),
      )}
    </>
  );
}
