import { Suspense, useEffect, useRef, useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation, useSearch } from 'wouter';
import { TokenDialog } from '../features/token/TokenDialog.tsx';
import { useBridge, useSyncPhase, useTokenPrompt } from '../state/context.tsx';
import { rememberAddress } from '../state/last-address.ts';
import { ConnectionNotices } from './ConnectionNotices.tsx';
import css from './Frame.module.css';
import { Header } from './Header.tsx';
import { KeysDialog } from './KeysDialog.tsx';
import { PageBoundary } from './PageBoundary.tsx';
import { pageOf } from './pages.tsx';
import type { Page } from './pages.tsx';
import { Palette } from './Palette.tsx';
import { Rail } from './Rail.tsx';
import { StatusLine } from './StatusLine.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { usePageKeys } from './use-page-keys.ts';
import { useWindowTitle } from './use-window-title.ts';

type Opened = 'palette' | 'keys' | null;

/** Navigation, header, page and status line, and what opens over them. */
export function Frame(): JSX.Element {
  const { hasState } = useSyncPhase();
  const { platform } = useBridge();
  const prompt = useTokenPrompt();
  const page = pageOf(useLocation()[0]);
  const [opened, setOpened] = useState<Opened>(null);
  const openPalette = (): void => setOpened('palette');
  const openKeys = (): void => setOpened('keys');
  const close = (): void => setOpened(null);
  usePageKeys({ openPalette, openKeys });
  return (
    <div className={css.frame} data-platform={platform}>
      <SkipLink />
      {hasState ? <Rail current={page} /> : <div className={css.noRail} />}
      <Header page={page} openPalette={openPalette} />
      <Main page={page} />
      {hasState ? <StatusLine /> : <div className={css.noStatus} />}
      {hasState && <Title />}
      {hasState && <Palette isOpen={opened === 'palette'} onClose={close} openKeys={openKeys} />}
      <KeysDialog isOpen={opened === 'keys'} onClose={close} />
      {prompt !== null && <TokenDialog prompt={prompt} />}
    </div>
  );
}

/** The title changes often, so that it does not render the rest again. */
function Title(): null {
  useWindowTitle();
  return null;
}

function Main({ page }: { readonly page: Page }): JSX.Element {
  const text = useTranslations('frame');
  const { phase, hasState } = useSyncPhase();
  const main = useRef<HTMLElement>(null);
  useRemembered(page, main);
  useKeptFocus(main);
  return (
    <main id="main" ref={main} tabIndex={-1} className={css.main}>
      <ConnectionNotices />
      {hasState && (
        <PageBoundary key={page.name}>
          <Suspense fallback={null}>
            <div className={css.page} data-page={page.name}>
              <page.Component />
            </div>
          </Suspense>
        </PageBoundary>
      )}
      {!hasState && phase !== 'failed' && <p className={css.loading}>{text('connecting')}</p>}
    </main>
  );
}

/** Remembers the address for the next visit, and begins another page at its top. */
function useRemembered(page: Page, main: React.RefObject<HTMLElement | null>): void {
  const [path] = useLocation();
  const search = useSearch();
  useEffect(() => rememberAddress(search === '' ? path : `${path}?${search}`), [path, search]);
  useEffect(() => {
    // Newer browsers return a promise, which is no cleanup function.
    main.current?.scrollTo(0, 0);
  }, [page, main]);
}

/** The address must keep the page, so the link only moves the focus. */
function SkipLink(): JSX.Element {
  const text = useTranslations('frame');
  return (
    <a
      className={css.skip}
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      {text('skip')}
    </a>
  );
}
