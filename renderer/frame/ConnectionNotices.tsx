import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Message } from '../../shared/sentences.ts';
import { TOKEN_NEEDED } from '../client/token-prompt.ts';
import { useMessage } from '../i18n/use-sentences.ts';
import { useStore, useSyncPhase } from '../state/context.tsx';
import { Banner } from '../ui/Banner.tsx';
import { Button } from '../ui/Button.tsx';
import css from './ConnectionNotices.module.css';
import { Detached } from './Detached.tsx';

/** Says that Tokwatt, or the core that it shows, cannot be reached or is being reached again, above every page. */
export function ConnectionNotices(): JSX.Element {
  const { phase, hasState, error, connected } = useSyncPhase();
  return (
    <>
      {phase === 'failed' && connected && <Failed stale={hasState} error={error} />}
      <div role="status">{!connected && <Reconnecting />}</div>
      {hasState && <Detached />}
    </>
  );
}

interface Failure {
  readonly stale: boolean;
  readonly error: Message | null;
}

/** A missing token is not an error, but nothing can be shown without it. */
function Failed(failure: Failure): JSX.Element {
  const text = useTranslations('frame');
  const store = useStore();
  if (failure.error !== TOKEN_NEEDED) return <Unreachable {...failure} />;
  return (
    <div className={css.notice}>
      <Banner action={<Button onClick={store.retry}>{text('enterToken')}</Button>}>
        {text('tokenNeeded')}
      </Banner>
    </div>
  );
}

function Unreachable({ stale, error }: Failure): JSX.Element {
  const message = useMessage();
  const text = useTranslations('frame');
  const store = useStore();
  return (
    <div role="alert" className={css.notice}>
      <Banner tone="bad" action={<Button onClick={store.retry}>{text('tryAgain')}</Button>}>
        <strong>{text('unreachable')}</strong> {text(stale ? 'figuresOld' : 'nothingToShow')}{' '}
        {error !== null && message(error)}
      </Banner>
    </div>
  );
}

/** The connection is restored automatically, so there is no action. */
function Reconnecting(): JSX.Element {
  const text = useTranslations('frame');
  return (
    <div className={css.reconnecting}>
      <Banner>{text('reconnecting')}</Banner>
    </div>
  );
}
