import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSearchParams } from 'wouter';
import type { Query } from '../../client/api.ts';
import { useParam } from '../../state/address.ts';
import { useNow } from '../../state/clock.ts';
import { parseRange } from '../../state/range.ts';
import type { FilterChip } from '../../ui/FilterChips.tsx';

/** Filters by one value, by their names in the address and in the API. */
export const FIELDS = [
  'model',
  'application',
  'key',
  'process',
  'upstream',
  'status',
  'error',
  'operation',
  'session',
] as const;
export type FilterField = (typeof FIELDS)[number];

/** The text of the search in the address. */
const TEXT = 'q';
export const RANGE = 'range';
export const ALL_TIME = 'all';

export interface ActivityFilters {
  /** As the API takes them. The same object as long as nothing changes. */
  readonly query: Query;
  readonly values: Readonly<Partial<Record<FilterField, string>>>;
  readonly chips: readonly FilterChip[];
  readonly set: (field: FilterField, value: string | null) => void;
  readonly clear: () => void;
}

/** The filters in the address. */
export function useFilters(): ActivityFilters {
  const [params, setParams] = useSearchParams();
  const values = valuesOf(params);
  const text = params.get(TEXT) ?? '';
  const range = params.get(RANGE) ?? ALL_TIME;
  const change = (changes: Readonly<Record<string, string | null>>): void =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') after.delete(name);
        else after.set(name, value);
      }
      return after;
    });
  const key = JSON.stringify([values, text, range]);
  // A range that ends now begins when it is chosen, so that the rows do not run away.
  const now = useNow(false);
  const [chosen, setChosen] = useState({ key, now });
  if (chosen.key !== key) setChosen({ key, now });
  const query = useMemo(() => queryOf(chosen.key, chosen.now), [chosen]);
  return {
    query,
    values,
    chips: useChips(values, text, range, change),
    set: (field, value) => change({ [field]: value }),
    clear: () => change(Object.fromEntries([...FIELDS, TEXT, RANGE].map((name) => [name, null]))),
  };
}

/** The text of the search, and the function that changes it. */
export function useSearchText(): [string, (text: string) => void] {
  const [text, setText] = useParam(TEXT, '');
  return [text, (value) => setText(value === '' ? null : value, { replace: true })];
}

type Values = Readonly<Partial<Record<FilterField, string>>>;

function valuesOf(params: URLSearchParams): Values {
  return Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = params.get(field);
      return value === null ? [] : [[field, value]];
    }),
  );
}

function queryOf(key: string, now: number): Query {
  const [values, text, range] = JSON.parse(key) as [Values, string, string];
  const { status, ...others } = values;
  const times = range === ALL_TIME ? null : parseRange(range, '24h');
  const { from, to } = times?.at(now) ?? { from: undefined, to: undefined };
  return {
    ...others,
    ...(status === undefined ? {} : { statusClass: Number(status) }),
    ...(text === '' ? {} : { text }),
    ...(from === undefined ? {} : { from }),
    // A range that ends now has no end, so that new rows belong to it.
    ...(to === undefined || times?.preset !== null ? {} : { to }),
  };
}

function useChips(
  values: Values,
  search: string,
  range: string,
  change: (changes: Readonly<Record<string, string | null>>) => void,
): FilterChip[] {
  const text = useTranslations('activity');
  const shown = (field: FilterField, value: string): string => {
    if (field === 'error') return value === 'any' ? text('anyError') : value.replaceAll('_', ' ');
    if (field === 'status') return value === '0' ? text('statusClasses.0') : `${value}xx`;
    return value;
  };
  const chips = Object.entries(values).map(([name, value]): FilterChip => {
    const field = name as FilterField;
    const title = text(`chips.${field}`, { value: shown(field, value) });
    return { id: field, title, remove: () => change({ [field]: null }) };
  });
  if (search !== '') {
    const title = text('chips.text', { value: search });
    chips.push({ id: TEXT, title, remove: () => change({ [TEXT]: null }) });
  }
  if (range !== ALL_TIME) {
    chips.push({ id: RANGE, title: text('chips.range'), remove: () => change({ [RANGE]: null }) });
  }
  return chips;
}
