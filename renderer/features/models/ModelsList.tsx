import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelsOverview } from '../../../shared/models-view.ts';
import { Button } from '../../ui/Button.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import { Toolbar } from '../../ui/Toolbar.tsx';
import { useParam } from '../../state/address.ts';
import { BestPanel } from './BestPanel.tsx';
import { PullDialog } from './dialogs/PullDialog.tsx';
import { ModelNotes } from './ModelNotes.tsx';
import css from './Models.module.css';
import { ModelsTable } from './ModelsTable.tsx';
import { PullsPanel } from './PullsPanel.tsx';
import { FILTERS } from './rows.ts';
import type { ModelsView } from './rows.ts';
import { useOverview } from './use-overview.ts';

/** One row for each model ever seen, downloads, and the best models. */
export function ModelsList(): JSX.Element {
  const text = useTranslations('models');
  const result = useOverview();
  const [isPulling, setPulling] = useState(false);
  const view = useView();
  const managers = result.data?.managers ?? [];
  return (
    <div className={css.page}>
      <Toolbar
        end={
          <Button onClick={() => setPulling(true)} disabled={result.data === undefined}>
            {text('pull')}
          </Button>
        }
      >
        <SearchField label={text('search')} value={view.search} onChange={view.setSearch} />
        <SegmentedControl
          legend={text('filter')}
          options={FILTERS.map((value) => ({ value, label: text(`filters.${value}`) }))}
          value={view.filter}
          onChange={view.setFilter}
        />
      </Toolbar>
      <PullsPanel />
      <Loaded result={result}>{(overview) => <Content overview={overview} view={view} />}</Loaded>
      {isPulling && <PullDialog managers={managers} onClose={() => setPulling(false)} />}
    </div>
  );
}

/** Search and filter, which live in the address. */
function useView(): ModelsView {
  const [search, setSearch] = useParam('q', '');
  const [filter, setFilter] = useParam('filter', 'all');
  return {
    search,
    setSearch: (text) => setSearch(text, { replace: true }),
    filter: FILTERS.find((each) => each === filter) ?? 'all',
    setFilter,
  };
}

function Content({
  overview,
  view,
}: {
  readonly overview: ModelsOverview;
  readonly view: ModelsView;
}): JSX.Element {
  return (
    <>
      <ModelNotes notes={overview.notes} />
      <div className={css.parts}>
        <ModelsTable overview={overview} view={view} />
        {overview.models.length > 0 && <BestPanel />}
      </div>
    </>
  );
}
