import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatDuration } from '../../../../shared/format.ts';
import type { UpstreamState } from '../../../../shared/slices.ts';
import type { UpstreamTest } from '../../../../shared/upstream-test.ts';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useAction } from '../../../state/action.ts';
import { useApi } from '../../../state/api.tsx';
import { useSlice } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Note } from '../../../ui/Note.tsx';
import { ConnectClient } from '../../connect/ConnectClient.tsx';
import { Group } from '../Section.tsx';
import css from '../settings.module.css';

/** What to enter in each kind of client, with a model that is there. */
export function ConnectionsSection(): JSX.Element {
  const text = useTranslations('settings');
  const [first, ...others] = useSlice('upstreams');
  if (first === undefined) {
    return (
      <Group>
        <Note>{text('connections.noServer')}</Note>
      </Group>
    );
  }
  return (
    <Group>
      <div>
        <ConnectClient upstreams={[first, ...others]} />
      </div>
      {[first, ...others].map((upstream) => (
        <WayTest key={upstream.name} upstream={upstream} />
      ))}
    </Group>
  );
}

/** One request on the way of a client, which asks no model. */
function WayTest({ upstream: { name } }: { readonly upstream: UpstreamState }): JSX.Element {
  const text = useTranslations('settings.connections');
  const api = useApi();
  const say = useSay();
  const [result, setResult] = useState<UpstreamTest | null>(null);
  const { state, problem, run } = useAction(async () => {
    setResult(null);
    const body = { name, throughProxy: true };
    setResult(await api.send<UpstreamTest>('POST', '/upstreams/test', body));
  });
  return (
    <div className={css.submit}>
      <Button onClick={run} disabled={state === 'busy'}>
        {text('test', { name })}
      </Button>
      <span role="status" className={result?.ok === false ? css.problem : css.soft}>
        {result?.ok === true && text('works', { time: formatDuration(result.elapsedMs) })}
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
