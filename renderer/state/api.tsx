import {
  QueryClient,
  QueryClientProvider,
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import { createContext, use, useCallback, useEffect, useState } from 'react';
import type { JSX, ReactNode } from 'react';
import type { Api, Query } from '../client/api.ts';
import { ApiError } from '../client/api.ts';
import type { TokenPrompt } from '../client/token-prompt.ts';

const ApiContext = createContext<Api | null>(null);

/** How long an answer counts as fresh when a page is opened again, milliseconds. */
const FRESH_MS = 5_000;

function createClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // Tokwatt is on this machine: being offline is no reason to wait.
        networkMode: 'always',
        retry: (count, error) => count < 2 && error instanceof ApiError && error.status === 0,
        // The last data stays on screen while a changed question is answered.
        placeholderData: keepPreviousData,
      },
    },
  });
}

/** Provides the API to the pages. Answers are kept for a while, and read again with a new token. */
export function ApiProvider({
  api,
  prompt,
  children,
}: {
  readonly api: Api;
  readonly prompt: TokenPrompt | null;
  readonly children: ReactNode;
}): JSX.Element {
  const [client] = useState(createClient);
  useEffect(() => prompt?.onGranted(() => void client.invalidateQueries()), [client, prompt]);
  return (
    <ApiContext value={api}>
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </ApiContext>
  );
}

/** For changes, files and streams. To read data, use {@link useApiData}. */
export function useApi(): Api {
  const api = use(ApiContext);
  if (api === null) throw new Error('ApiProvider is missing above this component');
  return api;
}

export interface ApiDataOptions {
  /** Reads again after this time while the page is visible, milliseconds. */
  readonly everyMs?: number;
  /** False: not read yet, because a part of the question is missing. */
  readonly enabled?: boolean;
}

/**
 * Reads from the API: `useApiData<History>('/history', { from, to })`. Show the result with
 * `Loaded`, which covers waiting, errors and a missing token.
 */
export function useApiData<T>(
  path: string,
  query: Query = {},
  { everyMs, enabled = true }: ApiDataOptions = {},
): UseQueryResult<T> {
  const api = useApi();
  return useQuery({
    queryKey: [path, query],
    queryFn: ({ signal }) => api.get<T>(path, query, signal),
    enabled,
    refetchInterval: everyMs ?? false,
  });
}

/**
 * Reads answers again after a change: all whose path begins with `path`. Resolves when those on
 * screen are there.
 */
export function useReread(): (path: string) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    (path) =>
      client.invalidateQueries({ predicate: ({ queryKey: [of] }) => String(of).startsWith(path) }),
    [client],
  );
}

/**
 * Reads a list that has pages, such as a history. `nextCursor` finds the cursor of the next page in
 * the last one; `fetchNextPage` of the result reads it.
 */
export function useApiPages<T>(
  path: string,
  query: Query,
  nextCursor: (page: T) => string | null,
): UseInfiniteQueryResult<InfiniteData<T>> {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: [path, 'pages', query],
    queryFn: ({ signal, pageParam: cursor }) => api.get<T>(path, { ...query, cursor }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: nextCursor,
  });
}
