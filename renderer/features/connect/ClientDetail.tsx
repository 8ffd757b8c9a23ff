import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientGuide } from '../../../shared/connect/client-guide.ts';
import { formatClock, formatDuration } from '../../../shared/format.ts';
import { foreignName } from '../../../shared/foreign-name.ts';
import type { UpstreamTest } from '../../../shared/upstream-test.ts';
import { useSay } from '../../i18n/use-sentences.ts';
import { useAction } from '../../state/action.ts';
import { useApi } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { SeenTick } from './ClientChoice.tsx';
import css from './connect.module.css';
import type { Sighting } from './use-seen.ts';

/** What to change in one client, a test of the way, and whether a request of it was seen. */
export function ClientDetail({
  guide,
  upstream,
  model,
  sighting,
}: {
  readonly guide: ClientGuide;
  readonly upstream: string;
  /** Null if none is known; then nothing can be tested, as with a client that asks from elsewhere. */
  readonly model: string | null;
  readonly sighting: Sighting | null;
}): JSX.Element {
  const text = useTranslations('connect.client');
  const name = guide.name ?? text('other');
  return (
    <div className={css.detail}>
      <Place guide={guide} />
      <div className={css.line}>
        <pre className={css.code} tabIndex={0} aria-label={name}>
          {guide.text}
        </pre>
        <CopyButton text={guide.text} label={text('copy', { name })} />
      </div>
      {guide.note !== null && <p className={css.note}>{text(`notes.${guide.note}`)}</p>}
      {model !== null && guide.note !== 'remote' && (
        <ModelTest key={`${guide.id}/${model}`} {...{ guide, upstream, model }} />
      )}
      <Seen guide={guide} sighting={sighting} />
    </div>
  );
}

function Place({ guide: { place, docs } }: { readonly guide: ClientGuide }): JSX.Element {
  const text = useTranslations('connect.client');
  return (
    <p className={css.place}>
      {'path' in place
        ? text(`place.${place.kind}`, { path: place.path })
        : text(`place.${place.kind}`)}
      {docs !== null && (
        <>
          {' '}
          <a href={docs} target="_blank" rel="noreferrer noopener" title={docs}>
            {text('docs')}
          </a>
        </>
      )}
    </p>
  );
}

/** One short request as the client would send it. */
function ModelTest({
  guide: { api: dialect },
  upstream,
  model,
}: {
  readonly guide: ClientGuide;
  readonly upstream: string;
  readonly model: string;
}): JSX.Element {
  const text = useTranslations('connect.client');
  const say = useSay();
  const api = useApi();
  const [result, setResult] = useState<UpstreamTest | null>(null);
  const { state, problem, run } = useAction(async () => {
    setResult(null);
    const body = { name: upstream, throughProxy: true, api: dialect, model };
    setResult(await api.send<UpstreamTest>('POST', '/upstreams/test', body));
  });
  const time = formatDuration(result?.elapsedMs ?? null);
  return (
    <div className={css.actions}>
      <Button onClick={run} disabled={state === 'busy'}>
        {text('test')}
      </Button>
      <span role="status" className={result?.ok === false ? css.problem : css.soft}>
        {state === 'busy' && text('testing')}
        {result?.ok === true && text('works', { model: foreignName(model), time })}
        {say(result?.noteSentence, result?.note ?? '')}
      </span>
      {problem !== null && (
        <span role="alert" className={css.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}

function Seen({
  guide,
  sighting,
}: {
  readonly guide: ClientGuide;
  readonly sighting: Sighting | null;
}): JSX.Element | null {
  const text = useTranslations('connect.client');
  if (guide.seenAs.length === 0) return null;
  if (sighting === null) {
    return (
      <p role="status" className={css.seen}>
        {text('waiting')}
      </p>
    );
  }
  const who = foreignName(sighting.who);
  const model = sighting.model === null ? text('noModelNamed') : foreignName(sighting.model);
  return (
    <p role="status" className={css.seen}>
      <SeenTick label="" />
      {sighting.at === null
        ? text('seenNow', { who, model })
        : text('seen', { who, model, time: formatClock(sighting.at) })}
    </p>
  );
}
