import { memo, useState } from 'react';
import type { JSX, UIEvent } from 'react';
import { useTranslations } from 'use-intl';
import type { LiveExchange } from '../../../shared/live-exchange.ts';
import { UNKNOWN, formatCount, formatElapsed, formatMarked } from '../../../shared/format.ts';
import { useReason } from '../../i18n/use-sentences.ts';
import { isCancelled, useAction } from '../../state/action.ts';
import { useNow } from '../../state/clock.ts';
import { useBridge, useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { useMedia } from '../../ui/media.ts';
import { Meter } from '../../ui/Meter.tsx';
import { Note } from '../../ui/Note.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { VisuallyHidden } from '../../ui/VisuallyHidden.tsx';
import { join } from './describe.ts';
import { describeProgress, progressPercent } from './describe-progress.ts';
import css from './InFlightPanel.module.css';
import { assignSlots } from './slots.ts';
import { takeTurns } from './take-turns.ts';
import type { Shown } from './take-turns.ts';

/** Rows without scrolling. The panel keeps their height, so that what is below never moves. */
const VISIBLE = 3;

/** Rows in sight, with those at the edges. */
const IN_SIGHT = 5;
const IN_SIGHT_IF_WIDE = 8;
/** The panel is higher then. */
const WIDE = '(min-width: 1600px)';

/** The requests in flight. */
export function InFlightPanel(): JSX.Element {
  const text = useTranslations('overview.inFlight');
  const inFlight = useSlice('inFlight');
  const slots = useSlots(inFlight);
  const [first, setFirst] = useState(0);
  const inSight = useMedia(WIDE) ? IN_SIGHT_IF_WIDE : IN_SIGHT;
  const shown = useShown(inFlight, slots.slice(first, first + inSight));
  return (
    <Panel title={text('title')} aside={inFlight.length > 0 && formatCount(inFlight.length)}>
      <div className={css.body} onScroll={(event) => setFirst(firstInSight(event, slots.length))}>
        {inFlight.length === 0 && <Note>{text('none')}</Note>}
        <ul className={css.list} aria-label={text('title')}>
          {shown.map((exchange) => {
            const row = slots.indexOf(exchange.id) + 1;
            return (
              <li key={`${row} ${exchange.id}`} className={css.row} style={{ gridRow: row }}>
                <Exchange exchange={exchange} />
              </li>
            );
          })}
        </ul>
      </div>
    </Panel>
  );
}

function firstInSight({ currentTarget }: UIEvent<HTMLElement>, rows: number): number {
  const { scrollTop, scrollHeight } = currentTarget;
  return Math.floor((scrollTop / scrollHeight) * rows);
}

/** Many change with each delta. Only those in sight are drawn with all of them. */
function useShown(
  inFlight: readonly LiveExchange[],
  inSight: readonly (string | null)[],
): readonly LiveExchange[] {
  const [shown, setShown] = useState<Shown<LiveExchange>>({ of: [], turn: 0, items: [] });
  if (shown.of === inFlight) return shown.items;
  const next = takeTurns(shown, inFlight, (id) => inSight.includes(id));
  setShown(next);
  return next.items;
}

/** Which row each exchange has. A row must not slip away under the pointer when another one ends. */
function useSlots(inFlight: readonly LiveExchange[]): readonly (string | null)[] {
  const [slots, setSlots] = useState<readonly (string | null)[]>([]);
  const ids = inFlight.map(({ id }) => id);
  const next = assignSlots(slots, ids, VISIBLE);
  if (next.join('\n') !== slots.join('\n')) setSlots(next);
  return next;
}

const Exchange = memo(function Exchange({
  exchange,
}: {
  readonly exchange: LiveExchange;
}): JSX.Element {
  const text = useTranslations('overview.inFlight');
  const { application, endpoint, startedAt } = exchange;
  const model = exchange.model ?? UNKNOWN;
  return (
    <>
      <span className={css.model} data-col="model">
        <LongName>{model}</LongName>
      </span>
      <span className={css.client} data-col="application" title={endpoint}>
        {application ?? text('unknownClient')}
      </span>
      <span className={css.age} data-col="age">
        <Age startedAt={startedAt} />
      </span>
      <span className={css.cancel}>
        <Cancel id={exchange.id} model={model} />
      </span>
      <Progress exchange={exchange} model={model} />
    </>
  );
});

function Progress({
  exchange,
  model,
}: {
  readonly exchange: LiveExchange;
  readonly model: string;
}): JSX.Element {
  const text = useTranslations('overview');
  const { stage, isStageEstimated } = exchange.progress;
  const percent = progressPercent(exchange);
  const parts = describeProgress(exchange, text);
  const meaning = stage === 'prefill' ? 'prefillOfModel' : 'contextOfModel';
  const mark = isStageEstimated ? 'estimated' : null;
  return (
    <>
      <span className={css.stage}>
        <span
          title={isStageEstimated ? text('inFlight.stageEstimated') : undefined}
          data-col="stage"
        >
          <Badge tone="output" solid={stage === 'decode'}>
            {formatMarked(text(`inFlight.stages.${stage}`), mark)}
          </Badge>
        </span>
        <span className={css.progress} data-col="progress">
          {join(parts)}
        </span>
      </span>
      <span className={css.bar}>
        {percent !== null && (
          <Meter
            label={text(`inFlight.${meaning}`, { model })}
            percent={percent}
            text={parts.join(', ')}
          />
        )}
      </span>
    </>
  );
}

function Age({ startedAt }: { readonly startedAt: number }): JSX.Element {
  return <>{formatElapsed(useNow(true) - startedAt)}</>;
}

const Cancel = memo(function Cancel({
  id,
  model,
}: {
  readonly id: string;
  readonly model: string;
}): JSX.Element {
  const text = useTranslations('overview.inFlight');
  const bridge = useBridge();
  const notify = useNotify();
  const reason = useReason();
  const { state, run } = useAction(async () => {
    try {
      const { notice } = await bridge.call('cancelExchange', id);
      notify(text(`cancelled.${notice}`));
    } catch (error) {
      if (isCancelled(error)) return;
      const message = reason(error);
      notify(text('cancelFailed', { message }));
    }
  });
  return (
    <Button plain onClick={run} disabled={state === 'busy'}>
      <span aria-hidden="true">{text('cancel')}</span>
      <VisuallyHidden>{text('cancelOf', { model })}</VisuallyHidden>
    </Button>
  );
});
