import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatDuration } from '../../../../shared/format.ts';
import type { UpstreamTest } from '../../../../shared/upstream-test.ts';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useAction } from '../../../state/action.ts';
import { useApi } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import css from '../settings.module.css';

/** Asks the server of the form what it is, before it is saved. */
export function UpstreamTestButton({
  url,
  apiKey,
  name,
}: {
  readonly url: string;
  /** Null or empty: without a key. */
  readonly apiKey: string | null;
  /** If set, the saved upstream of this name is asked, with its stored key. */
  readonly name: string | null;
}): JSX.Element {
  const text = useTranslations('settings.upstreams');
  const api = useApi();
  const say = useSay();
  const [result, setResult] = useState<UpstreamTest | null>(null);
  const { state, problem, run } = useAction(async () => {
    setResult(null);
    const body = name === null ? { url: url.trim(), apiKey } : { name };
    setResult(await api.send<UpstreamTest>('POST', '/upstreams/test', body));
  });
  return (
    <div className={css.submit}>
      <Button onClick={run} disabled={state === 'busy' || url.trim() === ''}>
        {text(state === 'busy' ? 'testing' : 'test')}
      </Button>
      <span role="status" className={result?.ok === false ? css.problem : css.soft}>
        {result?.ok === true &&
          `${text('testUp', { label: result.label ?? text('someServer'), time: formatDuration(result.elapsedMs) })} `}
        {result !== null && result.note !== null && say(result.noteSentence, result.note)}
      </span>
      {problem !== null && (
        <span role="alert" className={css.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
