import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { formatDuration } from '../../../../shared/format.ts';
import type { UpstreamState } from '../../../../shared/slices.ts';
import type { UpstreamTest } from '../../../../shared/upstream-test.ts';
import { useAction } from '../../../state/action.ts';
import { useApi, useApiData } from '../../../state/api.tsx';
import { useBridge, useSlice } from '../../../state/context.tsx';
import { Button } from '../../../ui/Button.tsx';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Select } from '../../../ui/Select.tsx';
import { Group } from '../Section.tsx';
import css from '../settings.module.css';
import { connectionLines } from './connection-lines.ts';

/** Stands for the name of a model where none is known. */
const PLACEHOLDER = 'your-model';

/** What to enter in each kind of client, with a model that is there. */
export function ConnectionsSection(): JSX.Element {
  const text = useTranslations('settings');
  const upstreams = useSlice('upstreams');
  const { platform } = useBridge();
  const [chosen, setChosen] = useState('');
  const [named, setNamed] = useState('');
  const upstream = upstreams.find(({ name }) => name === chosen) ?? upstreams[0];
  const models = useModels(upstream?.name ?? '');
  if (upstream === undefined) {
    return (
      <Group>
        <Note>{text('connections.noServer')}</Note>
      </Group>
    );
  }
  const model = models.includes(named) ? named : (models[0] ?? PLACEHOLDER);
  return (
    <Group note={text('connections.dialect')}>
      <div className={css.choices}>
        <Select
          label={text('connections.server')}
          value={upstream.name}
          onChange={setChosen}
          options={upstreams.map(({ name }) => ({ value: name, label: name }))}
        />
        {models.length > 0 && (
          <Select
            label={text('connections.model')}
            value={model}
            onChange={setNamed}
            options={models.map((name) => ({ value: name, label: name }))}
          />
        )}
      </div>
      {models.length === 0 && <p className={css.soft}>{text('connections.noModel')}</p>}
      <WayTest key={upstream.name} upstream={upstream} />
      <Lines upstream={upstream} platform={platform} model={model} />
    </Group>
  );
}

/** The models of a server that can be named: loaded ones first. */
function useModels(upstream: string): readonly string[] {
  const loaded = useSlice('loadedModels').filter((model) => model.upstream === upstream);
  const { data } = useApiData<{ models: { upstream: string; name: string }[] }>('/ollama/models');
  const installed = data?.models.filter((model) => model.upstream === upstream) ?? [];
  return [...new Set([...loaded, ...installed].map(({ name }) => name))];
}

function Lines({
  upstream,
  platform,
  model,
}: {
  readonly upstream: UpstreamState;
  readonly platform: string;
  readonly model: string;
}): JSX.Element {
  const text = useTranslations('settings.connections');
  return (
    <dl className={css.lines}>
      {connectionLines(upstream, platform, model).map(({ client, text: line }) => {
        const name = text(`clients.${client}`);
        return (
          <div key={client} className={css.line}>
            <dt>{name}</dt>
            <dd>
              <pre tabIndex={0} aria-label={name}>
                {line}
              </pre>
              <CopyButton text={line} label={text('copy', { name })} />
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** One request on the way of a client. */
function WayTest({ upstream: { name } }: { readonly upstream: UpstreamState }): JSX.Element {
  const text = useTranslations('settings.connections');
  const api = useApi();
  const [result, setResult] = useState<UpstreamTest | null>(null);
  const { state, problem, run } = useAction(async () => {
    setResult(null);
    const body = { name, throughProxy: true };
    setResult(await api.send<UpstreamTest>('POST', '/upstreams/test', body));
  });
  return (
    <div className={css.submit}>
      <Button onClick={run} disabled={state === 'busy'}>
        {text('test')}
      </Button>
      <span role="status" className={result?.ok === false ? css.problem : css.soft}>
        {result?.ok === true && text('works', { time: formatDuration(result.elapsedMs) })}
        {result?.note}
      </span>
      {problem !== null && (
        <span role="alert" className={css.problem}>
          {problem}
        </span>
      )}
    </div>
  );
}
