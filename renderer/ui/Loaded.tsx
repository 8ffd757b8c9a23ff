import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { needsToken } from '../client/api.ts';
import { useReason } from '../i18n/use-sentences.ts';
import { useTokenPrompt } from '../state/context.tsx';
import { Banner } from './Banner.tsx';
import { Button } from './Button.tsx';
import css from './Loaded.module.css';

/** What {@link Loaded} needs of a question to the API. */
export interface LoadedResult<T> {
  readonly data: T | undefined;
  readonly error: Error | null;
  readonly isPlaceholderData: boolean;
  readonly refetch: () => unknown;
}

/**
 * Shows data of the API. While it is read for the first time nothing moves; while a changed question
 * is answered the last data stays, dimmed. An error says what to do, and offers it.
 */
export function Loaded<T>({
  result,
  isStale = result.isPlaceholderData,
  children,
}: {
  readonly result: LoadedResult<T>;
  /** False while the data is replaced by newer data of the same question, which dims nothing. */
  readonly isStale?: boolean;
  readonly children: (data: T) => ReactNode;
}): JSX.Element {
  const { data, error } = result;
  const retry = (): void => void result.refetch();
  if (data === undefined) {
    return error === null ? <Waiting /> : <Failed error={error} retry={retry} />;
  }
  return (
    <div className={isStale ? css.dimmed : css.current} aria-busy={isStale}>
      {error !== null && <Failed error={error} retry={retry} />}
      {children(data)}
    </div>
  );
}

function Waiting(): JSX.Element {
  const text = useTranslations('frame.state');
  return <p className={css.waiting}>{text('loading')}</p>;
}

/** Why data could not be read, with what helps: the token, or another try. */
export function Failed({
  error,
  retry,
}: {
  readonly error: Error;
  readonly retry: () => void;
}): JSX.Element {
  const text = useTranslations('frame');
  const reason = useReason();
  const prompt = useTokenPrompt();
  if (prompt !== null && needsToken(error)) {
    return (
      <Banner action={<Button onClick={() => void prompt.ask()}>{text('enterToken')}</Button>}>
        {text('tokenNeeded')} {text('state.tokenReason')}
      </Banner>
    );
  }
  return (
    <div role="alert">
      <Banner tone="bad" action={<Button onClick={retry}>{text('tryAgain')}</Button>}>
        {text('state.failed')} {reason(error)}
      </Banner>
    </div>
  );
}
