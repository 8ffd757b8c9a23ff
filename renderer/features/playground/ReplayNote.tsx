import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { needsToken } from '../../client/api.ts';
import { useReason } from '../../i18n/use-sentences.ts';
import { useApi } from '../../state/api.tsx';
import { useTokenPrompt } from '../../state/context.tsx';
import { addressOf } from '../../../shared/page-address.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { loadReplay } from './load-replay.ts';
import type { Loaded } from './load-replay.ts';
import type { Choice } from './types.ts';

/** Loads the request that the address names, and says how much of it there is. */
export function ReplayNote({
  id,
  onModel,
}: {
  readonly id: string;
  /** Chooses the request's model. */
  readonly onModel: (choice: Choice) => void;
}): JSX.Element {
  const text = useTranslations('playground.replay');
  const api = useApi();
  const { data, error } = useQuery({
    queryKey: ['playground-replay', id],
    queryFn: () => loadReplay(api, id),
    staleTime: Infinity,
    retry: false,
  });
  useEffect(() => {
    if (data === undefined || data.isOpen()) return;
    data.open();
    if (data.choice !== null) onModel(data.choice);
    // The choice of a model is made once, when the request has been loaded.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [data]);
  if (error !== null) return <Failure id={id} error={error} />;
  if (data === undefined) return <Banner>{text('loading', { id })}</Banner>;
  return <Outcome id={id} loaded={data} />;
}

function Outcome({ id, loaded }: { readonly id: string; readonly loaded: Loaded }): JSX.Element {
  const text = useTranslations('playground.replay');
  const { found, toolCount, hasImagesElsewhere } = loaded;
  const isWhole = found === 'loaded' || found === 'continued';
  return (
    <Banner
      tone={isWhole ? 'plain' : 'info'}
      action={!isWhole && <Link href={addressOf('settings')}>{text('toCaptures')}</Link>}
    >
      {text(found, { id })}
      {toolCount > 0 && ` ${text('tools', { count: toolCount })}`}
      {hasImagesElsewhere && ` ${text('images')}`}
    </Banner>
  );
}

function Failure({ id, error }: { readonly id: string; readonly error: Error }): JSX.Element {
  const text = useTranslations('playground.replay');
  const reason = useReason();
  const prompt = useTokenPrompt();
  if (prompt !== null && needsToken(error)) {
    return (
      <Banner action={<Button onClick={() => void prompt.ask()}>{text('enter')}</Button>}>
        {text('token')}
      </Banner>
    );
  }
  return <Banner tone="bad">{text('missing', { id, message: reason(error) })}</Banner>;
}
