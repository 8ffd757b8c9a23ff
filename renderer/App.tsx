import type { JSX } from 'react';
import css from './App.module.css';
import { Overview } from './features/overview/Overview.tsx';
import { useAction } from './state/action.ts';
import { useBridge, useSlice, useStore, useSyncPhase } from './state/context.tsx';
import { Banner } from './ui/Banner.tsx';
import { Button } from './ui/Button.tsx';

/** The frame of the window: header, and what the connection to the main process allows below it. */
export function App(): JSX.Element {
  const { phase, hasState, error } = useSyncPhase();
  const { platform } = useBridge();
  return (
    <div className={css.page} data-platform={platform}>
      <a className={css.skip} href="#main">
        Skip to the figures
      </a>
      <header className={css.header}>
        <Mark />
        <h1 className={css.title}>Tokwatt</h1>
        {hasState && <HeaderState />}
      </header>
      <main id="main" tabIndex={-1} className={css.main}>
        {phase === 'failed' && <Unreachable stale={hasState} error={error} />}
        {hasState && <Overview />}
        {!hasState && phase !== 'failed' && <p className={css.loading}>Connecting…</p>}
      </main>
    </div>
  );
}

function HeaderState(): JSX.Element {
  const { version, paused } = useSlice('app');
  const bridge = useBridge();
  const { state, run } = useAction(() => bridge.call('setPaused', true));
  return (
    <>
      <span className={css.version}>{version}</span>
      <span className={css.action}>
        {state === 'failed' && <span role="alert">Pausing failed</span>}
        {!paused && <Button onClick={run}>Pause metering</Button>}
      </span>
    </>
  );
}

function Unreachable({
  stale,
  error,
}: {
  readonly stale: boolean;
  readonly error: string | null;
}): JSX.Element {
  const store = useStore();
  return (
    <div role="alert" className={css.unreachable}>
      <Banner tone="bad" action={<Button onClick={store.retry}>Try again</Button>}>
        <strong>Cannot reach the main process.</strong>{' '}
        {stale ? 'The figures below are old.' : 'There is nothing to show without it.'} {error}
      </Banner>
    </div>
  );
}

/** The application's icon: a dial with a bolt for its needle. */
function Mark(): JSX.Element {
  return (
    <svg className={css.mark} viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3.1 12.9A6.6 6.6 0 1 1 12.9 12.9" />
      <path className={css.bolt} d="M9.5 4.2 5 9.6h2.5l-.9 4.6 4.5-6.2H8.6Z" />
    </svg>
  );
}
