import type { JSX } from 'react';
import css from './App.module.css';
import { TOKEN_NEEDED } from './client/token-prompt.ts';
import { Overview } from './features/overview/Overview.tsx';
import { Settings } from './features/settings/Settings.tsx';
import { TokenDialog } from './features/token/TokenDialog.tsx';
import { useAction } from './state/action.ts';
import { useBridge, useSlice, useStore, useSyncPhase, useTokenPrompt } from './state/context.tsx';
import { VIEWS, hrefOf, useView } from './state/route.ts';
import type { View } from './state/route.ts';
import { Banner } from './ui/Banner.tsx';
import { Button } from './ui/Button.tsx';

const TITLES: Record<View, string> = { overview: 'Overview', settings: 'Settings' };

/** The frame of the window: the header, and below it the page or the state of the connection. */
export function App(): JSX.Element {
  const { phase, hasState, error, connected } = useSyncPhase();
  const { platform } = useBridge();
  const prompt = useTokenPrompt();
  const view = useView();
  return (
    <div className={css.page} data-platform={platform}>
      <SkipLink />
      <header className={css.header}>
        <Mark />
        <h1 className={css.title}>Tokwatt</h1>
        {hasState && <HeaderState view={view} />}
      </header>
      <main id="main" tabIndex={-1} className={css.main}>
        {phase === 'failed' && connected && <Failed stale={hasState} error={error} />}
        <div role="status">{!connected && <Reconnecting />}</div>
        {hasState && (view === 'settings' ? <Settings /> : <Overview />)}
        {!hasState && phase !== 'failed' && <p className={css.loading}>Connecting…</p>}
      </main>
      {prompt !== null && <TokenDialog prompt={prompt} />}
    </div>
  );
}

/** The address must keep the view's name, so the link only moves the focus. */
function SkipLink(): JSX.Element {
  return (
    <a
      className={css.skip}
      href="#main"
      onClick={(event) => {
        event.preventDefault();
        document.getElementById('main')?.focus();
      }}
    >
      Skip to the content
    </a>
  );
}

function HeaderState({ view }: { readonly view: View }): JSX.Element {
  const { version, paused } = useSlice('app');
  const bridge = useBridge();
  const { state, run } = useAction(() => bridge.call('setPaused', true));
  return (
    <>
      <span className={css.version}>{version}</span>
      <nav className={css.nav} aria-label="Views">
        {VIEWS.map((name) => (
          <a
            key={name}
            className={css.view}
            href={hrefOf(name)}
            aria-current={name === view ? 'page' : undefined}
          >
            {TITLES[name]}
          </a>
        ))}
      </nav>
      <span className={css.action}>
        {state === 'failed' && <span role="alert">Pausing failed</span>}
        {!paused && <Button onClick={run}>Pause metering</Button>}
      </span>
    </>
  );
}

/** A missing token is not an error, but nothing can be shown without it. */
function Failed(failure: { readonly stale: boolean; readonly error: string | null }): JSX.Element {
  const store = useStore();
  if (failure.error !== TOKEN_NEEDED) return <Unreachable {...failure} />;
  return (
    <div className={css.unreachable}>
      <Banner action={<Button onClick={store.retry}>Enter the token</Button>}>
        {TOKEN_NEEDED}
      </Banner>
    </div>
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
        <strong>Cannot reach Tokwatt.</strong>{' '}
        {stale ? 'The figures below are old.' : 'There is nothing to show without it.'} {error}
      </Banner>
    </div>
  );
}

/** The connection is restored automatically, so there is no action. */
function Reconnecting(): JSX.Element {
  return (
    <div className={css.reconnecting}>
      <Banner>Tokwatt does not answer; connecting again… The figures below are old.</Banner>
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
