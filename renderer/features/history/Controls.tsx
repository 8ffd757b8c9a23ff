import { useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { HISTORY_DIMENSIONS } from '../../../shared/history.ts';
import type { JobView } from '../../../shared/jobs.ts';
import { Button } from '../../ui/Button.tsx';
import { FilterChips } from '../../ui/FilterChips.tsx';
import { RangePicker } from '../../ui/RangePicker.tsx';
import { Select } from '../../ui/Select.tsx';
import { Toolbar } from '../../ui/Toolbar.tsx';
import { JobsDialog } from './JobsDialog.tsx';
import type { HistoryState } from './use-history.ts';
import { FALLBACK, NO_FILTERS, compareJob, jobRangeText } from './view.ts';
import { zoomedOut } from './zoom.ts';

const NONE = 'none';

/** The choices of the page. All of them are in its address. */
export function Controls({
  state: { view, params, change, jobs },
  end,
}: {
  readonly state: HistoryState;
  readonly end: ReactNode;
}): JSX.Element {
  const text = useTranslations('history');
  const [isJobs, setJobs] = useState(false);
  const back = zoomedOut(params);
  return (
    <>
      <Toolbar end={end}>
        <RangePicker
          range={view.range}
          onChange={(range) => change({ range: range === FALLBACK ? null : range, out: null })}
        />
        <Button plain onClick={() => setJobs(true)}>
          {text('jobs.open')}
        </Button>
        <Grouping state={{ view, change }} />
        <Compare state={{ view, change, jobs }} />
        {back !== null && (
          <Button plain onClick={() => change(back)}>
            {text('zoomOut')}
          </Button>
        )}
        <Chips state={{ view, change }} />
      </Toolbar>
      {isJobs && <Jobs state={{ view, change, jobs }} onClose={() => setJobs(false)} />}
    </>
  );
}

function Jobs({
  state: { view, change, jobs },
  onClose,
}: {
  readonly state: Pick<HistoryState, 'view' | 'change' | 'jobs'>;
  readonly onClose: () => void;
}): JSX.Element {
  const show = (job: JobView): void => {
    const range = jobRangeText(job, Date.now());
    change({ ...NO_FILTERS, job: job.name, range, out: null });
    onClose();
  };
  const onDeleted = (name: string): void => {
    if (name === view.job) change({ job: null });
  };
  return <JobsDialog {...{ jobs, filters: view.filters, onShow: show, onDeleted, onClose }} />;
}

function Grouping({
  state: { view, change },
}: {
  readonly state: Pick<HistoryState, 'view' | 'change'>;
}): JSX.Element {
  const text = useTranslations('history.by');
  return (
    <Select
      label={text('label')}
      isLabelHidden
      value={view.by ?? NONE}
      options={[NONE, ...HISTORY_DIMENSIONS].map((value) => ({
        value,
        label: text(value as 'none' | 'model'),
      }))}
      onChange={(by) => change({ by: by === NONE ? null : by })}
    />
  );
}

function Compare({
  state: { view, change, jobs },
}: {
  readonly state: Pick<HistoryState, 'view' | 'change' | 'jobs'>;
}): JSX.Element {
  const text = useTranslations('history.compare');
  const names = jobs.data?.jobs.map(({ name }) => name) ?? [];
  return (
    <Select
      label={text('label')}
      isLabelHidden
      value={view.compare ?? NONE}
      options={[
        { value: NONE, label: text('none') },
        { value: 'before', label: text('before') },
        { value: 'week', label: text('week') },
        ...names.map((name) => ({ value: compareJob(name), label: text('job', { name }) })),
      ]}
      onChange={(compare) => change({ compare: compare === NONE ? null : compare })}
    />
  );
}

function Chips({
  state: { view, change },
}: {
  readonly state: Pick<HistoryState, 'view' | 'change'>;
}): JSX.Element {
  const text = useTranslations('history');
  const chips = HISTORY_DIMENSIONS.flatMap((dimension) => {
    const name = view.filters[dimension];
    if (name === undefined) return [];
    const remove = (): void => change({ [dimension]: null });
    return [{ id: dimension, title: text(`filter.${dimension}`, { name }), remove }];
  });
  const { job } = view;
  const ofJob =
    job === null
      ? []
      : [
          {
            id: 'job',
            title: text('filter.job', { name: job }),
            remove: () => change({ job: null }),
          },
        ];
  return <FilterChips label={text('filters')} chips={[...ofJob, ...chips]} />;
}
