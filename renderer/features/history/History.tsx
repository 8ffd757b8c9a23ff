import { useCallback, useMemo, useRef } from 'react';
import type { JSX, RefObject } from 'react';
import { useTranslations } from 'use-intl';
import type { History as HistoryData, Interval } from '../../../shared/history.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { Charts } from './Charts.tsx';
import { Controls } from './Controls.tsx';
import { ghostOf } from './ghost.ts';
import { HeatmapPanel } from './HeatmapPanel.tsx';
import css from './history.module.css';
import { chartedLines, groupLines } from './lines.ts';
import type { LineWords } from './lines.ts';
import { StepsPanel } from './StepsPanel.tsx';
import { SumsPanel } from './SumsPanel.tsx';
import { useHistory } from './use-history.ts';
import type { HistoryState } from './use-history.ts';
import { FALLBACK, NO_FILTERS, hasHeatmap, isEmpty, widerPreset } from './view.ts';
import { ViewMenu } from './ViewMenu.tsx';
import { zoomed, zoomedOut } from './zoom.ts';

/** What happened in a range of time: charts, sums and steps. */
export function History(): JSX.Element {
  const state = useHistory();
  const charts = useRef<HTMLDivElement>(null);
  const words = useLineWords(state);
  const { data } = state.result;
  const menu =
    data === undefined || isEmpty(data) ? null : (
      <ViewMenu history={data} groups={groupLines(data, words)} charts={charts} />
    );
  return (
    <>
      <Controls state={state} end={menu} />
      <Loaded result={state.result} isStale={state.isStale}>
        {(history) =>
          isEmpty(history) ? (
            <Nothing state={state} />
          ) : (
            <Content {...{ state, history, charts, words }} />
          )
        }
      </Loaded>
    </>
  );
}

function useLineWords({ view: { by } }: HistoryState): LineWords {
  const text = useTranslations('history');
  return useMemo(
    () => ({
      all: text('table.all'),
      others: text('others'),
      noName: text(`noName.${by ?? 'model'}`),
    }),
    [text, by],
  );
}

/** Says that there is nothing, and offers a longer range or fewer filters. */
function Nothing({ state }: { readonly state: HistoryState }): JSX.Element {
  const text = useTranslations('history');
  const { range, view, change } = state;
  const isFiltered = Object.keys(view.filters).length > 0 || view.job !== null;
  const wider = widerPreset(range.to - range.from);
  return (
    <EmptyState
      action={
        <div className={css.actions}>
          {wider !== null && (
            <Button onClick={() => change({ range: wider === FALLBACK ? null : wider, out: null })}>
              {text('widen')}
            </Button>
          )}
          {isFiltered && <Button onClick={() => change(NO_FILTERS)}>{text('clear')}</Button>}
        </div>
      }
    >
      {text(isFiltered ? 'emptyFiltered' : 'empty')}
    </EmptyState>
  );
}

interface ContentProps {
  readonly state: HistoryState;
  readonly history: HistoryData;
  readonly charts: RefObject<HTMLDivElement | null>;
  readonly words: LineWords;
}

function Content({ state, history, charts, words }: ContentProps): JSX.Element {
  const text = useTranslations('history');
  const { view, range, change } = state;
  const lines = useMemo(() => chartedLines(history, words), [history, words]);
  const groups = useMemo(() => groupLines(history, words), [history, words]);
  const zoom = useZoom(state);
  const { label, ghost } = useGhost(state, history);
  const { by } = view;
  return (
    <>
      <Remarks {...{ state, history, hasGhost: ghost !== null }} />
      <Charts
        {...{ history, lines, view, ghost, ref: charts, ...zoom }}
        onTokens={(side) => change({ tokens: side === 'output' ? null : side })}
      />
      {hasHeatmap(range) && (
        <HeatmapPanel
          {...{ range, filters: view.filters, hasJob: view.job !== null, figure: view.heat }}
          onFigure={(heat) => change({ heat: heat === 'tokens' ? null : heat })}
        />
      )}
      <div className={css.tables}>
        <SumsPanel
          {...{ history, groups }}
          other={state.other === null ? null : { history: state.other, label }}
          head={by === null ? text('table.range') : text(`dimension.${by}`)}
          onFilter={(name) => by !== null && change({ [by]: name, by: null })}
        />
        <StepsPanel history={history} />
      </div>
    </>
  );
}

function useGhost(
  { view: { compare }, other }: HistoryState,
  history: HistoryData,
): { readonly label: string; readonly ghost: ReturnType<typeof ghostOf> } {
  const text = useTranslations('history.compare.named');
  const label =
    compare === 'before' || compare === 'week' ? text(compare) : (compare?.slice(4) ?? '');
  const ghost = useMemo(
    () => (other === null || history.lines.length > 0 ? null : ghostOf(history, other, label)),
    [history, other, label],
  );
  return { label, ghost };
}

/** Keep their identity, because charts are drawn again with new ones. */
function useZoom({ params, change }: HistoryState): {
  readonly onZoom: (range: Interval) => void;
  readonly onZoomOut: () => void;
} {
  const onZoom = useCallback((range: Interval) => change(zoomed(params, range)), [params, change]);
  const onZoomOut = useCallback(() => {
    const back = zoomedOut(params);
    if (back !== null) change(back);
  }, [params, change]);
  return { onZoom, onZoomOut };
}

function Remarks({
  state: { other },
  history: { coveredFrom, lines },
  hasGhost,
}: {
  readonly state: HistoryState;
  readonly history: HistoryData;
  readonly hasGhost: boolean;
}): JSX.Element {
  const text = useTranslations('history');
  return (
    <>
      {coveredFrom !== null && (
        <Note footnote>{text('coveredFrom', { from: new Date(coveredFrom) })}</Note>
      )}
      {other !== null && !hasGhost && (
        <Note footnote>{text(lines.length > 0 ? 'compare.groups' : 'compare.differs')}</Note>
      )}
    </>
  );
}
