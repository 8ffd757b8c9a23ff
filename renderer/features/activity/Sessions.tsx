import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useSearchParams } from 'wouter';
import type { SessionSummary } from '../../../shared/sessions.ts';
import { useNow } from '../../state/clock.ts';
import { useApiPages } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failed } from '../../ui/Loaded.tsx';
import { Table } from '../../ui/Table.tsx';
import css from './Activity.module.css';
import type { ActivityFilters } from './filters.ts';
import { useSessionColumns } from './session-columns.tsx';

interface Page {
  readonly sessions: readonly SessionSummary[];
  readonly nextCursor: string | null;
}

/** A row for each conversation or run of an agent, with the growth of its context and its sums. */
export function Sessions({ filters }: { readonly filters: ActivityFilters }): JSX.Element | null {
  const text = useTranslations('activity.sessions');
  const open = useOpenSession();
  const columns = useSessionColumns(useNow(false), open);
  const result = usePages(filters);
  const { data, error, refetch } = result;
  if (data === undefined) {
    return error === null ? null : <Failed error={error} retry={() => void refetch()} />;
  }
  const rows = data.pages.flatMap(({ sessions }) => sessions);
  if (rows.length === 0) return <EmptyState>{text('empty')}</EmptyState>;
  return (
    <div className={css.sessions}>
      <Table caption={text('caption')} columns={columns} rows={rows} rowKey={({ id }) => id} />
      <p className={css.foot}>
        {result.hasNextPage && (
          <Button onClick={() => void result.fetchNextPage()}>{text('more')}</Button>
        )}
        <CopyMarkdown columns={columns} rows={rows} />
      </p>
    </div>
  );
}

function usePages({
  query: { from, to, application },
}: ActivityFilters): UseInfiniteQueryResult<InfiniteData<Page>> {
  return useApiPages<Page>('/sessions', { from, to, application, limit: 50 }, nextOf);
}

function nextOf({ nextCursor }: Page): string | null {
  return nextCursor;
}

/** Opens the requests of a session: the other view, with the session as its filter. */
function useOpenSession(): (id: string) => void {
  const [, setParams] = useSearchParams();
  return (id) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      after.delete('view');
      after.set('session', id);
      return after;
    });
}
