import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  formatCompact,
  formatCount,
  formatMarked,
  formatRateValue,
  threeFigures,
} from '../../../shared/format.ts';
import type { BestModels, RankedModel } from '../../../shared/models-view.ts';
import { useApiData } from '../../state/api.tsx';
import { addressOf } from '../../../shared/page-address.ts';
import { Loaded } from '../../ui/Loaded.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import css from './Best.module.css';

const SHOWN = 5;
const REFRESH_MS = 60_000;

/** The chat models of this machine by speed and by output for the energy. */
export function BestPanel(): JSX.Element {
  const text = useTranslations('models.best');
  const result = useApiData<BestModels>('/models/best', {}, { everyMs: REFRESH_MS });
  return (
    <Panel title={text('title')}>
      <Loaded result={result}>
        {(best) => (
          <div className={css.columns}>
            <Ranking
              title={text('bySpeed')}
              unit={text('speedUnit')}
              models={best.bySpeed}
              format={formatRateValue}
              samples={(count) => text('from', { count })}
              empty={text('noSpeed', { count: formatCount(best.minAnswers) })}
            />
            <Ranking
              title={text('byEnergy')}
              unit={text('energyUnit')}
              models={best.byEnergy}
              format={(value) => formatMarked(threeFigures(value), 'estimated')}
              samples={(count) => text('fromTokens', { count: formatCompact(count) })}
              empty={text('noEnergy', { count: formatCount(best.minTokens) })}
            />
          </div>
        )}
      </Loaded>
    </Panel>
  );
}

function Ranking({
  title,
  unit,
  models,
  format,
  samples,
  empty,
}: {
  readonly title: string;
  readonly unit: string;
  readonly models: readonly RankedModel[];
  readonly format: (value: number) => string;
  readonly samples: (count: number) => string;
  readonly empty: string;
}): JSX.Element {
  const best = models[0]?.value ?? 1;
  return (
    <section>
      <h3 className={css.title}>
        {title} <span className={css.unit}>{unit}</span>
      </h3>
      {models.length === 0 && <Note>{empty}</Note>}
      <ol className={css.list}>
        {models.slice(0, SHOWN).map(({ name, value, samples: count }) => (
          <li key={name} className={css.row} title={samples(count)}>
            <a className={css.name} href={`#${addressOf('models', name)}`}>
              <LongName>{name}</LongName>
            </a>
            <span className={css.track} aria-hidden="true">
              <span className={css.bar} style={{ width: `${(value / best) * 100}%` }} />
            </span>
            <span className={css.value}>{format(value)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
