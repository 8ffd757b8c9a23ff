import { memo, useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityNames } from '../../../shared/activity.ts';
import { ERROR_KINDS, OPERATIONS } from '../../../shared/usage.ts';
import { useParam } from '../../state/address.ts';
import { useApiData } from '../../state/api.tsx';
import { parseRange } from '../../state/range.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { FilterChips } from '../../ui/FilterChips.tsx';
import { RangePicker } from '../../ui/RangePicker.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { Select } from '../../ui/Select.tsx';
import type { SelectOption } from '../../ui/Select.tsx';
import { Toolbar } from '../../ui/Toolbar.tsx';
import css from './Activity.module.css';
import { ALL_TIME, RANGE, useSearchText } from './filters.ts';
import type { ActivityFilters, FilterField } from './filters.ts';
import { useOutcomeText } from './outcome.tsx';

/** How long typing pauses before the search begins, milliseconds. */
const PAUSE_MS = 250;
const STATUS_CLASSES = ['2', '3', '4', '5', '0'] as const;
const CHOSEN = [
  ...(['model', 'application', 'upstream', 'key', 'process'] as const),
  ...(['status', 'error', 'operation'] as const),
];

/** Search, time, filters, and the actions of the list at the end. */
export function FilterBar({
  filters,
  end,
}: {
  readonly filters: ActivityFilters;
  readonly end: ReactNode;
}): JSX.Element {
  const text = useTranslations('activity');
  const [isOpen, setOpen] = useState(false);
  return (
    <Toolbar end={end}>
      <Search />
      <TimePicker />
      <Button onClick={() => setOpen(true)}>{text('filter')}</Button>
      <FilterChips label={text('filters')} chips={filters.chips} />
      {isOpen && <FilterDialog filters={filters} onClose={() => setOpen(false)} />}
    </Toolbar>
  );
}

const Search = memo(function Search(): JSX.Element {
  const text = useTranslations('activity');
  const [stored, store] = useSearchText();
  const [typed, setTyped] = useState(stored);
  const [seen, setSeen] = useState(stored);
  // The address changed: back, or a chip was removed.
  if (stored !== seen) {
    setSeen(stored);
    setTyped(stored);
  }
  useEffect(() => {
    if (typed === stored) return undefined;
    const timer = setTimeout(() => store(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField
      label={text('search')}
      hint={text('searchHint')}
      value={typed}
      onChange={setTyped}
    />
  );
});

const TimePicker = memo(function TimePicker(): JSX.Element {
  const text = useTranslations('activity');
  const [range, setRange] = useParam(RANGE, ALL_TIME);
  const all = { label: text('allTime'), isChosen: range === ALL_TIME };
  return (
    <RangePicker
      range={parseRange(range, '24h')}
      onChange={setRange}
      all={{ ...all, choose: () => setRange(ALL_TIME) }}
    />
  );
});

function FilterDialog({
  filters,
  onClose,
}: {
  readonly filters: ActivityFilters;
  readonly onClose: () => void;
}): JSX.Element {
  const text = useTranslations('activity');
  const options = useOptions();
  return (
    <Dialog title={text('filterTitle')} isOpen onClose={onClose}>
      <div className={css.fields}>
        {CHOSEN.map((field) => (
          <Select
            key={field}
            label={text(`fields.${field}`)}
            value={filters.values[field] ?? ''}
            options={withChosen(options[field] ?? [], filters.values[field], text('any'))}
            onChange={(value) => filters.set(field, value === '' ? null : value)}
          />
        ))}
      </div>
    </Dialog>
  );
}

function useOptions(): Partial<Record<FilterField, readonly SelectOption<string>[]>> {
  const text = useTranslations('activity');
  const outcome = useOutcomeText();
  const { data } = useApiData<ActivityNames>('/activity/names');
  const same = (values: readonly string[] = []): SelectOption<string>[] =>
    values.map((value) => ({ value, label: value }));
  return {
    model: same(data?.model),
    application: same(data?.application),
    upstream: same(data?.upstream),
    key: same(data?.key),
    process: same(data?.process),
    operation: same(OPERATIONS),
    status: STATUS_CLASSES.map((value) => ({ value, label: text(`statusClasses.${value}`) })),
    error: [
      { value: 'any', label: text('anyError') },
      ...ERROR_KINDS.map((value) => ({ value, label: outcome({ error: value, status: null }) })),
    ],
  };
}

/** "Any" comes first. A value in force is there even if it is not among the known ones. */
function withChosen(
  options: readonly SelectOption<string>[],
  chosen: string | undefined,
  any: string,
): readonly SelectOption<string>[] {
  const isKnown = chosen === undefined || options.some(({ value }) => value === chosen);
  const more = isKnown ? [] : [{ value: chosen, label: chosen }];
  return [{ value: '', label: any }, ...more, ...options];
}
