import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useNow } from '../../../state/clock.ts';
import { rangeText, refreshMs, roundedNow, useRange } from '../../../state/range.ts';
import type { ChosenRange, TimeRange } from '../../../state/range.ts';
import { RangePicker } from '../../../ui/RangePicker.tsx';
import { HistoryPanel } from './HistoryPanel.tsx';
import css from './one.module.css';
import { SpreadPanel } from './SpreadPanel.tsx';

const FALLBACK = '30d';

/** What a range of time decides: the charts over time and the distributions. */
export function TimePanels({ name }: { readonly name: string }): JSX.Element {
  const text = useTranslations('models.charts');
  const [range, setRange] = useRange(FALLBACK);
  const asked = useAsked(range);
  const zoom = (to: TimeRange): void => setRange(rangeText(to));
  const every = refreshMs(range);
  const options = every === undefined ? {} : { everyMs: every };
  return (
    <>
      <div className={css.sectionHead}>
        <h2>{text('title')}</h2>
        <RangePicker range={range} onChange={setRange} />
      </div>
      <HistoryPanel
        {...{ name, asked, options }}
        onZoom={zoom}
        onZoomOut={() => setRange(FALLBACK)}
      />
      <SpreadPanel {...{ name, asked, options }} />
    </>
  );
}

/** The range with an end that moves in steps, so that a question repeats within a step. */
function useAsked(range: ChosenRange): TimeRange {
  const now = useNow(range.preset !== null);
  const { from, to } = range.at(roundedNow(range, now));
  return useMemo(() => ({ from: Math.max(0, from), to }), [from, to]);
}
