import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatDuration } from '../../../../shared/format.ts';
import type { ModelLoads } from '../../../../shared/models-view.ts';
import { LongName } from '../../../ui/LongName.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import css from './one.module.css';

const MOST_NAMES = 5;

/** How often the model was loaded, how long requests waited for it, and what had to leave. */
export function LoadsPanel({ loads }: { readonly loads: ModelLoads }): JSX.Element {
  const text = useTranslations('models.loads');
  const { waitedMs, timedLoads, displaced, timesDisplaced } = loads;
  const waited =
    waitedMs === null ? text('waitedUnknown') : text('waited', { time: formatDuration(waitedMs) });
  const isPartly = waitedMs !== null && timedLoads < loads.loads;
  const parts = [
    text('loads', { count: loads.loads }),
    ...(loads.loads === 0
      ? []
      : [
          text('swaps', { count: loads.swaps }),
          isPartly ? `${waited} (${text('timed', { count: timedLoads })})` : waited,
        ]),
  ];
  return (
    <Panel title={text('title')}>
      <p className={css.sentence} data-testid="loads">
        {parts.join(', ')}.
      </p>
      {displaced.length > 0 && (
        <>
          <h3 className={css.small}>{text('displaced')}</h3>
          <ul className={css.displaced}>
            {displaced.slice(0, MOST_NAMES).map(({ model, times }) => (
              <li key={model}>
                <LongName>{model}</LongName>
                <span>{text('times', { times })}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {loads.loads > 0 && <p className={css.quiet}>{text('left', { times: timesDisplaced })}</p>}
    </Panel>
  );
}
