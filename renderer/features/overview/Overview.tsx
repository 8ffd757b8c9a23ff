import type { JSX } from 'react';
import { useSlice } from '../../state/context.tsx';
import { BudgetsPanel } from './BudgetsPanel.tsx';
import { neverUsed } from './describe.ts';
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
  const totals = useSlice('totals');
  const inFlight = useSlice('inFlight');
  const recent = useSlice('recent');
  if (neverUsed({ totals, inFlight, recent })) {
    return (
      <div className={css.first}>
        <FirstRun />
      </div>
    );
  }
  return (
    <>
      <div className={css.live}>
        <LivePanels />
        <InFlightPanel />
      </div>
      <div className={css.sums}>
        <TodayPanel />
        <TotalsPanel />
        <RecentPanel />
      </div>
    </>
  );
}
