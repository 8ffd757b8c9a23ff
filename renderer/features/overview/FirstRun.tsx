import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelsOverview } from '../../../shared/models-view.ts';
import type { UpstreamState } from '../../../shared/slices.ts';
import { useApiData } from '../../state/api.tsx';
import { useBridge, useSlice } from '../../state/context.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import { firstRequest } from './first-request.ts';
import type { Snippet } from './first-request.ts';
import css from './FirstRun.module.css';

/** Servers come and go while a first request is prepared. */
const EVERY_MS = 30_000;

/** Shown in place of the figures until the first request. Explains how to send one. */
export function FirstRun(): JSX.Element {
  const text = useTranslations('overview.firstRun');
  const upstreams = useSlice('upstreams');
  const [chosen, setChosen] = useState<string | null>(null);
  const upstream = upstreams.find(({ name }) => name === chosen) ?? upstreams[0];
  if (upstream === undefined) {
    return (
      <Panel title={text('none')}>
        <Note>{text('noneNote')}</Note>
      </Panel>
    );
  }
  return (
    <Panel
      title={text('title')}
      aside={
        upstreams.length > 1 && (
          <SegmentedControl
            legend={text('server')}
            value={upstream.name}
            onChange={setChosen}
            options={upstreams.map(({ name }) => ({ value: name, label: name }))}
          />
        )
      }
    >
      <Introduction upstream={upstream} />
      <Snippets upstream={upstream} />
    </Panel>
  );
}

function Introduction({ upstream }: { readonly upstream: UpstreamState }): JSX.Element {
  const text = useTranslations('overview.firstRun');
  return (
    <p className={css.intro}>
      {text.rich('intro', {
        proxy: () => <code>{upstream.proxyUrl}</code>,
        target: () => <code>{upstream.targetUrl}</code>,
      })}
    </p>
  );
}

function Snippets({ upstream }: { readonly upstream: UpstreamState }): JSX.Element {
  const { platform } = useBridge();
  const snippets = firstRequest(upstream, platform, useModelOf(upstream));
  return (
    <dl className={css.snippets}>
      {snippets.map((snippet) => (
        <SnippetLine key={snippet.label} snippet={snippet} />
      ))}
    </dl>
  );
}

/** A model that answers there: a loaded one, else one that is installed. Null if none is known. */
function useModelOf({ name }: UpstreamState): string | null {
  const loaded = useSlice('loadedModels').find(({ upstream }) => upstream === name);
  const { data } = useApiData<ModelsOverview>('/models/overview', {}, { everyMs: EVERY_MS });
  const places = (data?.models ?? [])
    .filter(({ purpose }) => purpose === 'chat' || purpose === null)
    .flatMap((model) => model.places);
  const installed = places.find((each) => each.upstream === name && each.isInstalled === true);
  return loaded?.name ?? installed?.name ?? null;
}

function SnippetLine({ snippet }: { readonly snippet: Snippet }): JSX.Element {
  const text = useTranslations('overview.firstRun');
  const label = text(snippet.label);
  return (
    <div className={css.snippet}>
      <dt className={css.label}>{label}</dt>
      <dd className={css.line}>
        <code className={css.code}>{snippet.text}</code>
        <CopyButton text={snippet.text} label={text('copy', { label })} />
      </dd>
    </div>
  );
}
