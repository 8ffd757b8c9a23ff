import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useAction } from '../state/action.ts';
import { useBridge, useSlice, useSyncPhase } from '../state/context.tsx';
import { Button } from '../ui/Button.tsx';
import css from './Header.module.css';
import type { Page } from './pages.tsx';

/** The name of the page, and the actions that every page has. */
export function Header({
  page,
  openPalette,
}: {
  readonly page: Page;
  readonly openPalette: () => void;
}): JSX.Element {
  const text = useTranslations('frame');
  const { hasState } = useSyncPhase();
  return (
    <header className={css.header}>
      <h1 className={css.title}>{text(`pages.${page.name}`)}</h1>
      {hasState && (
        <div className={css.actions}>
          <button
            type="button"
            className={css.palette}
            aria-label={text('palette.open')}
            title={text('palette.open')}
            onClick={openPalette}
          >
            {isMac() ? '⌘K' : 'Ctrl K'}
          </button>
          <PauseButton />
        </div>
      )}
    </header>
  );
}

/** While metering is paused, the notice above every page offers to resume it. */
function PauseButton(): JSX.Element {
  const text = useTranslations('frame');
  const bridge = useBridge();
  const { paused } = useSlice('app');
  const { state, run } = useAction(() => bridge.call('setPaused', true));
  return (
    <>
      {state === 'failed' && <span role="alert">{text('pauseFailed')}</span>}
      {!paused && <Button onClick={run}>{text('pause')}</Button>}
    </>
  );
}

function isMac(): boolean {
  return navigator.userAgent.includes('Mac OS');
}
