import type { JSX } from 'react';
import { Router } from 'wouter';
import { LocalChartKit } from './charts/LocalChartKit.tsx';
import { createApi } from './client/api.ts';
import type { Connection } from './client/connect.ts';
import { Frame } from './frame/Frame.tsx';
import { TextProvider } from './i18n/TextProvider.tsx';
import { useHashLocation, useHashSearch } from './state/address.ts';
import { ApiProvider } from './state/api.tsx';
import { ConnectionProvider } from './state/context.tsx';
import type { Store } from './state/store.ts';
import { NoticeProvider } from './ui/notices.tsx';

/** The window: what its pages need, and the frame around them. */
export function App({
  connection: { bridge, prompt },
  store,
}: {
  readonly connection: Connection;
  readonly store: Store;
}): JSX.Element {
  return (
    <TextProvider>
      <ConnectionProvider bridge={bridge} store={store} prompt={prompt}>
        <ApiProvider api={createApi(prompt)} prompt={prompt}>
          <Router hook={useHashLocation} searchHook={useHashSearch}>
            <NoticeProvider>
              <LocalChartKit>
                <Frame />
              </LocalChartKit>
            </NoticeProvider>
          </Router>
        </ApiProvider>
      </ConnectionProvider>
    </TextProvider>
  );
}
