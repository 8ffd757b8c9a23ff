import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { meansModel } from '../../../../shared/model-names.ts';
import type { ModelRow, ModelsOverview } from '../../../../shared/models-view.ts';
import { addressOf } from '../../../../shared/page-address.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { ModelNotes } from '../ModelNotes.tsx';
import css from '../Models.module.css';
import { PullsPanel } from '../PullsPanel.tsx';
import { useOverview } from '../use-overview.ts';
import { ContextPanel } from './ContextPanel.tsx';
import { DetailPanels } from './DetailPanels.tsx';
import { Facts } from './Facts.tsx';
import { ModelHead } from './ModelHead.tsx';
import { TimePanels } from './TimePanels.tsx';

/** Everything about one model. */
export function ModelPage({ name }: { readonly name: string }): JSX.Element {
  const text = useTranslations('models.one');
  const result = useOverview();
  return (
    <div className={css.page}>
      <a className={css.back} href={`#${addressOf('models')}`}>
        {text('back')}
      </a>
      <Loaded result={result}>
        {(overview) => {
          const model = rowOf(overview, name);
          return model === undefined ? (
            <EmptyState>{text('unseen')}</EmptyState>
          ) : (
            <Content model={model} overview={overview} />
          );
        }}
      </Loaded>
    </div>
  );
}

/** The row of the name, or of another name of the same model. */
function rowOf({ models }: ModelsOverview, name: string): ModelRow | undefined {
  return (
    models.find((each) => each.name === name) ??
    models.find((each) => meansModel(name, each.name, true))
  );
}

function Content({
  model,
  overview,
}: {
  readonly model: ModelRow;
  readonly overview: ModelsOverview;
}): JSX.Element {
  const names = new Set(model.places.map(({ upstream }) => upstream));
  return (
    <>
      <ModelHead model={model} managers={overview.managers} />
      <ModelNotes notes={overview.notes.filter(({ upstream }) => names.has(upstream))} />
      <PullsPanel />
      <Facts model={model} />
      <TimePanels name={model.name} />
      <ContextPanel name={model.name} />
      <DetailPanels model={model} />
    </>
  );
}
