import { Profiler, useState } from 'react';
import type { JSX } from 'react';
import type { TimeRange } from '../group/group-store.ts';
import { ChartGroup } from '../group/ChartGroup.tsx';
import { ChartKit } from '../kit.tsx';
import { HOUR, NOW } from './data.ts';
import css from './gallery.module.css';
import { History } from './History.tsx';
import { Live } from './Live.tsx';
import { Others } from './Others.tsx';
import { KIT } from './words.ts';

const DAY_RANGE: TimeRange = { from: NOW - 30 * HOUR, to: NOW };

/** Every chart of the kit with invented data, for tests and for looking at. Not part of the application. */
export function Gallery(): JSX.Element {
  const [range, setRange] = useState(DAY_RANGE);
  const [tick, setTick] = useState(0);
  return (
    <ChartKit value={KIT}>
      <main className={css.page}>
        <h1 className={css.heading}>Charts</h1>
        <p className={css.tools}>
          <button type="button" onClick={() => setTick(tick + 1)}>
            New values
          </button>
          <output data-testid="range">{`${range.from} ${range.to}`}</output>
        </p>
        <Live tick={tick} />
        <ChartGroup
          {...{ range, labelRoom: 104, onZoom: setRange }}
          onZoomOut={() => setRange(DAY_RANGE)}
        >
          <Profiler id="history" onRender={() => (window.galleryDraws += 1)}>
            <History tick={tick} />
          </Profiler>
        </ChartGroup>
        <Others />
      </main>
    </ChartKit>
  );
}
