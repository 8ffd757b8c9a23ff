import { useState } from 'react';
import type { JSX } from 'react';
import { useInSight } from '../../ui/use-in-sight.ts';
import { BudgetsPanel } from './BudgetsPanel.tsx';
import { FirstRequest } from './FirstRequest.tsx';
import { FirstRun } from './FirstRun.tsx';
import { GpuPanel } from './GpuPanel.tsx';
import { InFlightPanel } from './InFlightPanel.tsx';
import { InsightsPanel } from './InsightsPanel.tsx';
import { LivePanels } from './LivePanels.tsx';
import { LoadedModelsPanel } from './LoadedModelsPanel.tsx';
import { Notices } from './Notices.tsx';
import css from './Overview.module.css';
import { RecentPanel } from './RecentPanel.tsx';
import { TodayPanel } from './TodayPanel.tsx';
import { TotalsPanel } from './TotalsPanel.tsx';
import { UpstreamStrip } from './UpstreamStrip.tsx';
import { useIsUnused } from './use-is-unused.ts';

/** The overview: what runs, how fast, how much, and on which hardware. */
export function Overview(): JSX.Element {
  return (
    <>
      <Notices />
      <UpstreamStrip />
      <div className={css.columns}>
        <Traffic />
        <div className={css.machine}>
          <GpuPanel />
          <LoadedModelsPanel />
          <InsightsPanel />
          <BudgetsPanel />
        </div>
      </div>
    </>
  );
}

function Traffic(): JSX.Element {
  const isUnused = useIsUnused();
  // Of the time when the page was opened: what comes then is the first request.
  const [sawNone] = useState(isUnused);
  if (isUnused) {
    return (
      <div className={css.first}>
        <FirstRun />
      </div>
    );
  }
  return (
    <>
      <div className={css.live}>
        <FirstRequest sawNone={sawNone} />
        <LivePanels />
        <InFlightPanel />
      </div>
      <Sums />
    </>
  );
}

/** Below the edge of most windows. */
function Sums(): JSX.Element {
  const [ref, isInSight] = useInSight<HTMLDivElement>();
  return (
    <div ref={ref} className={css.sums}>
      <TodayPanel />
      <TotalsPanel isInSight={isInSight} />
      <RecentPanel isInSight={isInSight} />
    </div>
  );
}
