import { useMemo } from 'react';
import type { JSX } from 'react';
import { ChartGroup } from '../../charts/group/ChartGroup.tsx';
import { useSliceOfSecond } from '../../state/context.tsx';
import { LanesPanel } from './LanesPanel.tsx';
import { LIVE_SPAN_MS } from './live-span.ts';
import { ThroughputPanel } from './ThroughputPanel.tsx';

/** The charts of the last minutes on one axis. It moves with the newest sample, once a second. */
export function LivePanels(): JSX.Element {
  const throughput = useSliceOfSecond('throughput');
  const { endAt } = throughput.series;
  const range = useMemo(() => ({ from: endAt - LIVE_SPAN_MS, to: endAt }), [endAt]);
  return (
    <ChartGroup range={range}>
      <ThroughputPanel throughput={throughput} />
      <LanesPanel range={range} />
    </ChartGroup>
  );
}
