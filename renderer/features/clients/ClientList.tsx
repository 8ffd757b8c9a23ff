import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { CLIENT_DIMENSIONS } from '../../../shared/clients.ts';
import type { ClientDimension, ClientRow, Clients } from '../../../shared/clients.ts';
import { useParam } from '../../state/address.ts';
import { useApiData } from '../../state/api.tsx';
import { useNow } from '../../state/clock.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { refreshMs, roundedNow, useRange } from '../../state/range.ts';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { RangePicker } from '../../ui/RangePicker.tsx';
import { SearchField } from '../../ui/SearchField.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Sort } from '../../ui/Table.tsx';
import { Toolbar } from '../../ui/Toolbar.tsx';
import { sorted } from '../../ui/sorted.ts';
import { useDimension, useLooks } from './client-name.ts';
import css from './clients.module.css';
import { useClientColumns } from './columns.tsx';

/** One row a client, with its sums over the range. */
export function ClientList(): JSX.Element {
  const [by, setBy] = useDimension();
  const [range, setRange] = useRange('30d');
  const now = useNow(range.preset !== null);
  const { from, to } = range.at(roundedNow(range, now));
  const everyMs = refreshMs(range);
  const result = useApiData<Clients>(
    '/clients',
    { by, from, to },
    everyMs === undefined ? {} : { everyMs },
  );
  const text = useTranslations('clients');
  return (
    <>
      <Toolbar>
        <SegmentedControl<ClientDimension>
          legend={text('by')}
          options={CLIENT_DIMENSIONS.map((value) => ({ value, label: text(value) }))}
          value={by}
          onChange={setBy}
        />
        <RangePicker range={range} onChange={setRange} />
        <Search />
      </Toolbar>
      <Loaded result={result}>{(clients) => <Rows clients={clients} />}</Loaded>
    </>
  );
}

function Search(): JSX.Element {
  const text = useTranslations('clients');
  const [search, setSearch] = useParam('q', '');
  return (
    <SearchField
      label={text('search')}
      value={search}
      onChange={(typed) => setSearch(typed, { replace: true })}
    />
  );
}

function Rows({
  clients: { by, clients, from, to, omittedClients },
}: {
  readonly clients: Clients;
}): JSX.Element {
  const text = useTranslations('clients');
  const looks = useLooks(by, clients);
  const columns = useClientColumns(by, looks);
  const [search] = useParam('q', '');
  const { sort, onSort } = useSort();
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    const fits = (row: ClientRow): boolean =>
      `${looks.title(row)} ${row.name ?? ''}`.toLowerCase().includes(wanted);
    return sorted(clients.filter(fits), columns, sort);
  }, [clients, columns, looks, search, sort]);
  if (clients.length === 0) return <NoClients />;
  if (found.length === 0) return <EmptyState>{text('noMatch')}</EmptyState>;
  return (
    <>
      <Table
        caption={text('caption', { by })}
        columns={columns}
        rows={found}
        rowKey={({ name }) => name ?? ''}
        rowAttributes={({ name }) => ({ 'data-client': name ?? '' })}
        {...{ sort, onSort }}
      />
      <Note footnote>
        {text('wholeDays', { from, to: to - 1 })}{' '}
        {omittedClients > 0 && text('omitted', { count: omittedClients })}{' '}
        <CopyMarkdown columns={columns} rows={found} />
      </Note>
    </>
  );
}

function NoClients(): JSX.Element {
  const text = useTranslations('clients');
  const connect = (
    <a className={css.back} href={`#${addressOf('settings')}`}>
      {text('emptyHint')}
    </a>
  );
  return <EmptyState action={connect}>{text('empty')}</EmptyState>;
}

/** The order of the rows, in the address: `-input` is by input, the greatest first. */
function useSort(): { readonly sort: Sort; readonly onSort: (key: string) => void } {
  const [param, setParam] = useParam('sort', '-share');
  const isDescending = param.startsWith('-');
  const key = isDescending ? param.slice(1) : param;
  return {
    sort: { key, direction: isDescending ? 'descending' : 'ascending' },
    onSort: (next) => {
      const isText = next === 'name';
      const first = isText ? next : `-${next}`;
      const second = isText ? `-${next}` : next;
      setParam(param === first ? second : first, { replace: true });
    },
  };
}
