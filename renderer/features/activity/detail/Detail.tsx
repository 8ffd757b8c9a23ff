import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityDetail } from '../../../../shared/activity.ts';
import { ApiError } from '../../../client/api.ts';
import { useApiData } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { LongName } from '../../../ui/LongName.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Outcome, useOutcomeSentence } from '../outcome.tsx';
import type { Selection } from '../use-selection.ts';
import { Compare } from './Compare.tsx';
import { Content } from './Content.tsx';
import css from './Detail.module.css';
import { DetailActions } from './DetailActions.tsx';
import { EnergyPanel } from './EnergyPanel.tsx';
import { FactsPanel } from './FactsPanel.tsx';
import { InsightsPanel } from './InsightsPanel.tsx';
import { ParametersPanel } from './ParametersPanel.tsx';
import { PhasesPanel } from './PhasesPanel.tsx';
import { SpeedsPanel } from './SpeedsPanel.tsx';
import { TokensPanel } from './TokensPanel.tsx';

/** All that is known of one exchange, or two of them side by side. */
export function Detail({
  id,
  selection,
  isSmall,
}: {
  readonly id: number;
  readonly selection: Selection;
  readonly isSmall: boolean;
}): JSX.Element {
  const text = useTranslations('activity.detail');
  const result = useApiData<ActivityDetail>(`/activity/${id}`);
  const isGone = result.error instanceof ApiError && result.error.status === 404;
  return (
    <aside className={css.detail} aria-label={text('title', { id })} data-small={isSmall}>
      {isGone ? (
        <>
          <Closing isSmall={isSmall} close={selection.close} />
          <Note>{text('gone')}</Note>
        </>
      ) : (
        <>
          {result.data === undefined && <Closing isSmall={isSmall} close={selection.close} />}
          <Loaded result={result}>
            {(row) => <Exchange row={row} selection={selection} isSmall={isSmall} />}
          </Loaded>
        </>
      )}
    </aside>
  );
}

function Exchange({
  row,
  selection,
  isSmall,
}: {
  readonly row: ActivityDetail;
  readonly selection: Selection;
  readonly isSmall: boolean;
}): JSX.Element {
  const sentence = useOutcomeSentence()(row);
  return (
    <>
      <header className={css.head}>
        <h2 className={css.title}>
          <LongName>{row.model ?? row.endpoint}</LongName>
        </h2>
        <Outcome row={row} />
        <DetailActions row={row} selection={selection} />
        <Closing isSmall={isSmall} close={selection.close} />
      </header>
      {sentence !== null && <p className={css.sentence}>{sentence}</p>}
      {selection.other === null ? (
        <Parts row={row} />
      ) : (
        <Compare first={row} otherId={selection.other} stop={() => selection.compare(null)} />
      )}
    </>
  );
}

function Parts({ row }: { readonly row: ActivityDetail }): JSX.Element {
  return (
    <>
      <InsightsPanel insights={row.insights} />
      <PhasesPanel row={row} />
      <div className={css.columns}>
        <TokensPanel row={row} />
        <SpeedsPanel row={row} />
        <EnergyPanel row={row} />
        <FactsPanel row={row} />
        <ParametersPanel row={row} />
      </div>
      <Content row={row} />
    </>
  );
}

function Closing({
  isSmall,
  close,
}: {
  readonly isSmall: boolean;
  readonly close: () => void;
}): JSX.Element {
  const text = useTranslations('activity.detail');
  return (
    <Button plain onClick={close}>
      {text(isSmall ? 'back' : 'close')}
    </Button>
  );
}
