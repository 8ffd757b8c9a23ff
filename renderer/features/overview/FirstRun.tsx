import { useState } from 'react';
import type { JSX } from 'react';
import type { UpstreamState } from '../../../shared/slices.ts';
import { useBridge, useSlice } from '../../state/context.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { SegmentedControl } from '../../ui/SegmentedControl.tsx';
import { firstRequest } from './first-request.ts';
import type { Snippet } from './first-request.ts';
import css from './FirstRun.module.css';

/** Shown in place of the figures until the first request. Explains how to send one. */
export function FirstRun(): JSX.Element {
  const upstreams = useSlice('upstreams');
  const loaded = useSlice('loadedModels');
  const { platform } = useBridge();
  const [chosen, setChosen] = useState<string | null>(null);
  const upstream = upstreams.find(({ name }) => name === chosen) ?? upstreams[0];
  if (upstream === undefined) {
    return (
      <Panel title="No upstream is set up">
        <Note>Name a server in the settings, and its proxy address appears here.</Note>
      </Panel>
    );
  }
  const model = loaded.find((one) => one.upstream === upstream.name)?.name ?? null;
  const snippets = firstRequest(upstream, platform, model);
  return (
    <Panel
      title="Send the first request"
      aside={
        upstreams.length > 1 && (
          <SegmentedControl
            legend="Server"
            value={upstream.name}
            onChange={setChosen}
            options={upstreams.map(({ name }) => ({ value: name, label: name }))}
          />
        )
      }
    >
      <Introduction upstream={upstream} />
      <dl className={css.snippets}>
        {snippets.map((snippet) => (
          <SnippetLine key={snippet.label} snippet={snippet} />
        ))}
      </dl>
    </Panel>
  );
}

function Introduction({ upstream }: { readonly upstream: UpstreamState }): JSX.Element {
  return (
    <p className={css.intro}>
      Nothing has come through the proxy yet. Point your programs at{' '}
      <code>{upstream.proxyUrl}</code> instead of <code>{upstream.targetUrl}</code>, and their
      tokens are counted here. Every byte passes through unchanged.
    </p>
  );
}

function SnippetLine({ snippet: { label, text } }: { readonly snippet: Snippet }): JSX.Element {
  return (
    <div className={css.snippet}>
      <dt className={css.label}>{label}</dt>
      <dd className={css.line}>
        <code className={css.code}>{text}</code>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </dd>
    </div>
  );
}
